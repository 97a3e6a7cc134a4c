using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>
/// Reads text boxes out of a map of probabilities [N, 1, H, W] (DB). Immutable and safe to share between threads.
/// </summary>
internal sealed class TextMapHead : IHead<TextDetectionSettings, TextBoxes>
{
    private TextMapHead(TextDetectionSettings settings) => Settings = settings;

    /// <summary>The constants of the manifest.</summary>
    public TextDetectionSettings Settings { get; }

    /// <summary>Binds to the graph's first output.</summary>
    /// <exception cref="ModelFormatException">It is not a map, or the settings cannot be read.</exception>
    public static TextMapHead Bind(HeadBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        return binding.Outputs.Count > 0 && binding.Outputs[0].Shape is [_, 1 or -1, _, _]
            ? new TextMapHead(TextDetectionSettings.Of(binding.Manifest))
            : throw binding.Mismatch("a probability map [N,1,H,W]");
    }

    /// <inheritdoc/>
    public TextBoxes Read(in HeadInput run, TextDetectionSettings options)
    {
        var plan = run.Plan;
        var length = plan.TensorWidth * plan.TensorHeight;
        return Read(run.Outputs.Floats().Slice(run.Index * length, length), plan, options);
    }

    /// <summary>Reads a map that was put together from tiles.</summary>
    internal static TextBoxes Read(ReadOnlySpan<float> map, in ResizePlan plan, TextDetectionSettings settings) =>
        new(new DbPostprocessor(settings).Run(map, plan, out var isCut), isCut);
}
