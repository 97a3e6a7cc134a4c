using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>How the networks of this project run.</summary>
internal static class OcrRuntime
{
    // Values of an input of two megapixels: larger ones are rare, and their run takes long enough to pay for fresh memory.
    private const long LargeInput = 3 * 2_000_000;

    /// <summary>
    /// Input sizes change from image to image and line to line, and still the arena stays on: it takes a third of the CPU time
    /// and less memory (docs/decisions/ocr-arena.md).
    /// </summary>
    public static ModelOptions For(ModelOptions? options)
    {
        options ??= new ModelOptions();
        var runtime = options.Runtime;
        return options with
        {
            Runtime = runtime with
            {
                Arena = runtime.Arena ?? true,
                ShrinkArenaAbove = runtime.ShrinkArenaAbove > 0 ? runtime.ShrinkArenaAbove : LargeInput,
            },
        };
    }
}
