using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>How the networks of this project run.</summary>
internal static class OcrRuntime
{
    /// <summary>
    /// Input sizes change from image to image and line to line, and still the arena stays on: it takes a third of the CPU time
    /// and less memory (docs/decisions/ocr-arena.md).
    /// </summary>
    public static ModelOptions For(ModelOptions? options)
    {
        options ??= new ModelOptions();
        return options with { Runtime = options.Runtime with { Arena = options.Runtime.Arena ?? true } };
    }
}
