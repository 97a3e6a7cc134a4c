using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation;

/// <summary>
/// Reads the class of every pixel out of logits [N, C, H, W], alone in a graph or beside other heads on a shared backbone.
/// Immutable and safe to share between threads.
/// </summary>
public sealed class SegmentationHead : IHead<SegmentationOptions, SegmentationResult>
{
    private readonly string _model;
    private readonly int _output;

    private SegmentationHead(string model, int output, IReadOnlyList<string> labels, SegmentationSettings settings)
    {
        _model = model;
        _output = output;
        Labels = labels;
        Settings = settings;
        Palette = Palette.Named(settings.Palette);
    }

    /// <summary>Names of the classes by id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Colors of the classes by id.</summary>
    public Palette Palette { get; }

    /// <summary>What the model's manifest says beyond labels and preprocessing.</summary>
    internal SegmentationSettings Settings { get; }

    /// <summary>Binds to the first output, or to the head's own on a shared backbone.</summary>
    /// <exception cref="ModelFormatException">Outputs, labels, settings and preprocessing do not fit each other.</exception>
    public static SegmentationHead Bind(HeadBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        if (binding.Preprocess.Size is not (StretchRule or LetterboxRule or MultipleRule))
        {
            throw binding.Mismatch("a size rule that keeps the whole image (stretch, letterbox, multiple)", binding.Preprocess.Size.GetType().Name);
        }

        var output = 0;
        IReadOnlyList<string> labels = binding.Labels;
        SegmentationSettings? settings = null;
        if (binding.Request is { } request)
        {
            var head = DeepLabV3PlusHeadSettings.Read(request);
            output = binding.Outputs.ToList().FindIndex(o => o.Name == request.Output);
            labels = head.Labels;
            settings = new SegmentationSettings { Palette = head.Palette, AlignCorners = head.AlignCorners };
        }

        if (labels.Count is 0 or > 256)
        {
            throw binding.Mismatch("1 to 256 labels", $"{labels.Count}");
        }

        if (output < 0 || output >= binding.Outputs.Count || binding.Outputs[output] is not { Shape: [_, var classes, _, _] } info
            || info.ElementType != typeof(float) || (classes >= 0 && classes < labels.Count))
        {
            throw binding.Mismatch($"logits [N,{labels.Count} or more,H,W] as the first output");
        }

        return new SegmentationHead(binding.Model, output, labels, settings ?? SegmentationSettings.Of(binding.Manifest));
    }

    /// <inheritdoc/>
    public SegmentationResult Read(in HeadInput run, SegmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Finish(Scores(run.Outputs, run.Index, run.Plan), options.KeepLogits);
    }

    /// <summary>The logits of one image on the network's own grid; they live as long as the outputs.</summary>
    /// <exception cref="ModelFormatException">The output has another shape than at load.</exception>
    internal ScoreMap Scores(ModelOutputs outputs, int index, ResizePlan plan)
    {
        var shape = outputs.Shape(_output);
        if (shape is not [var batch, var channels, > 0 and var height, > 0 and var width] || batch <= index || channels < Labels.Count)
        {
            throw new ModelFormatException(_model, $"logits [N,{Labels.Count} or more,H,W]", $"[{string.Join(',', shape)}]");
        }

        var length = checked((int)(channels * height * width));
        return new ScoreMap(outputs.Floats(_output).Slice(index * length, length), (int)channels, (int)height, (int)width, plan);
    }

    /// <summary>The label map of one image from its logits.</summary>
    internal SegmentationResult Finish(ScoreMap scores, bool keepLogits)
    {
        var decoder = scores.Decoder(Settings.AlignCorners);
        var plane = scores.Height * scores.Width;
        var store = keepLogits
            ? new LogitsStore(scores.Values[..(Labels.Count * plane)].ToArray(), Labels.Count, scores.Height, scores.Width, decoder, Settings.Softmax)
            : null;
        return Result(decoder.ArgMax(scores.Grid(Labels.Count)), store);
    }

    /// <summary>A result of this head.</summary>
    internal SegmentationResult Result(LabelMap map, LogitsStore? logits) => new(map, Labels, Palette, logits);
}
