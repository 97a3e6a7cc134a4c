using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation;

/// <summary>A per-pixel network with its preprocessing: an image in, logits on a grid out. Immutable and safe to share between threads.</summary>
internal sealed class SegmentationNetwork : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;
    private readonly SegmenterOptions _options;

    private SegmentationNetwork(OnnxModel model, Preprocess preprocess, SegmentationSettings settings, IReadOnlyList<string> labels, SegmenterOptions options)
    {
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        _options = options;
        Settings = settings;
        Labels = labels;
    }

    public string Name => _model.Name;

    public SegmentationSettings Settings { get; }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>Loads a network and checks that it fits its manifest.</summary>
    /// <exception cref="ModelFormatException">It does not.</exception>
    public static SegmentationNetwork Load(ModelFile file, SegmenterOptions options)
    {
        var manifest = file.Manifest;
        var preprocess = options.Preprocess ?? manifest.Preprocess
            ?? throw new ModelFormatException(manifest.Name, "a manifest with preprocessing", "none");
        if (preprocess.Size is not (StretchRule or LetterboxRule or MultipleRule))
        {
            throw new ModelFormatException(
                manifest.Name, "a size rule that keeps the whole image (stretch, letterbox, multiple)", preprocess.Size.GetType().Name);
        }

        var labels = file.ReadLabels();
        if (labels.Count is 0 or > 256)
        {
            throw new ModelFormatException(manifest.Name, "1 to 256 labels", $"{labels.Count}");
        }

        var fixedShape = preprocess.Size is not MultipleRule && options.Scales is [1.0];
        var runtime = options.Runtime with { FixedShape = options.Runtime.FixedShape ?? fixedShape };
        var input = fixedShape && preprocess.Size.TensorSize is var (width, height) ? new NetworkInput(height, width, 1) : NetworkInput.Any;
        var model = OnnxModel.Load(file, runtime, NetworkKinds.Default.With(new DeepLabV3PlusKind(input)));
        try
        {
            Check(model, preprocess, labels, options);
            return new SegmentationNetwork(model, preprocess, ReadSettings(manifest), labels, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads the manifest's settings.</summary>
    /// <exception cref="ModelFormatException">They are none.</exception>
    public static SegmentationSettings ReadSettings(ModelManifest manifest)
    {
        // A network in code says itself how its maps are enlarged.
        var alignCorners = manifest.Network is { ValueKind: JsonValueKind.Object } network
            && network.TryGetProperty("alignCorners", out var corners) && corners.ValueKind == JsonValueKind.True;
        if (manifest.Settings is not { ValueKind: JsonValueKind.Object } json)
        {
            return new SegmentationSettings { AlignCorners = alignCorners };
        }

        try
        {
            var settings = json.Deserialize(SegmentationJson.Default.SegmentationSettings)!;
            _ = Segmentation.Labels.Palette.Named(settings.Palette);
            return settings.DataSetIds.Count == 0 || settings.DataSetIds.Count == manifest.Labels.Count
                ? settings with { AlignCorners = settings.AlignCorners || alignCorners }
                : throw new ModelFormatException(manifest.Name, $"{manifest.Labels.Count} data set ids, one a label", $"{settings.DataSetIds.Count}");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ModelFormatException(manifest.Name, "the settings of a segmentation model", e.Message, e);
        }
    }

    /// <summary>Runs an image at every scale and flip of the options.</summary>
    public ScoreMap Run(PixelView image, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var plan = _preprocessor.Plan(image.Width, image.Height);
        using var input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
        _preprocessor.Run(image, plan, input.Values);
        timings += new StageTimings(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0);
        if (!_options.Flip && _options.Scales is [1.0])
        {
            return new ScoreMap(RunOnce(input, ref timings, cancellationToken), plan);
        }

        return _options.Scales is [1.0]
            ? RunFlipped(input, plan, ref timings, cancellationToken)
            : RunScaled(input, plan, ref timings, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>The upright and the mirrored input, averaged on the network's own grid: mirroring and resampling commute.</summary>
    private ScoreMap RunFlipped(InputTensor input, ResizePlan plan, ref StageTimings timings, CancellationToken cancellationToken)
    {
        float[] sum;
        int channels, height, width;
        using (var upright = RunOnce(input, ref timings, cancellationToken))
        {
            (channels, height, width) = ScoreMap.ShapeOf(upright);
            sum = upright.Floats().ToArray();
        }

        Averaging.Mirror(input.Values, plan.TensorWidth);
        using (var mirrored = RunOnce(input, ref timings, cancellationToken))
        {
            Averaging.Add(mirrored.Floats(), width, mirrored: true, sum);
        }

        Scale(sum, 0.5f);
        return new ScoreMap(sum, channels, height, width, plan);
    }

    /// <summary>Every scale and flip, each enlarged to the input's size and averaged there.</summary>
    private ScoreMap RunScaled(InputTensor input, ResizePlan plan, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var (width, height) = (plan.TensorWidth, plan.TensorHeight);
        float[]? sum = null;
        float[]? enlarged = null;
        var channels = 0;
        foreach (var scale in _options.Scales)
        {
            // PaddleSeg rounds half up and resizes the normalised input.
            var (w, h) = (Math.Max(1, (int)((width * scale) + 0.5)), Math.Max(1, (int)((height * scale) + 0.5)));
            using var scaled = InputTensor.Rent(1, 3, h, w);
            Averaging.Resize(input.Values, height, width, Enlarger(height, width, h, w, false), scaled.Values);
            foreach (var mirrored in _options.Flip ? new[] { false, true } : [false])
            {
                if (mirrored)
                {
                    Averaging.Mirror(scaled.Values, w);
                }

                using var outputs = RunOnce(scaled, ref timings, cancellationToken);
                (channels, var rows, var columns) = ScoreMap.ShapeOf(outputs);
                sum ??= new float[channels * height * width];
                enlarged ??= new float[sum.Length];
                Averaging.Resize(outputs.Floats(), rows, columns, Enlarger(rows, columns, height, width, Settings.AlignCorners), enlarged);
                Averaging.Add(enlarged, width, mirrored, sum);
            }
        }

        Scale(sum!, 1f / (_options.Scales.Count * (_options.Flip ? 2 : 1)));
        return new ScoreMap(sum!, channels, height, width, plan);
    }

    private static LogitsDecoder Enlarger(int rows, int columns, int height, int width, bool alignCorners) =>
        new(BilinearAxis.Create(columns, width, alignCorners), BilinearAxis.Create(rows, height, alignCorners));

    private static void Scale(float[] values, float factor) =>
        TensorPrimitives.Multiply(values, factor, values);

    private ModelOutputs RunOnce(InputTensor input, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var outputs = _model.Run(input, cancellationToken);
        timings += new StageTimings(0, 0, outputs.Elapsed.TotalMilliseconds, 0);
        var shape = outputs.Shape(0);
        if (shape is [1, var channels, > 0, > 0] && channels >= Labels.Count)
        {
            return outputs;
        }

        outputs.Dispose();
        throw new ModelFormatException(Name, $"logits [1,{Labels.Count} or more,H,W]", $"[{string.Join(',', shape)}]");
    }

    private static void Check(OnnxModel model, Preprocess preprocess, IReadOnlyList<string> labels, SegmenterOptions options)
    {
        var size = preprocess.Size.TensorSize;
        var expected = size is var (w, h) ? $"one input that takes [1,3,{h},{w}] as the manifest prepares it" : "one input [N,3,H,W]";
        if (model.Inputs is not [{ Shape: [var batch, var channels, var height, var width] }]
            || !Fits(batch, 1) || !Fits(channels, 3) || !Fits(height, size?.Height) || !Fits(width, size?.Width))
        {
            throw new ModelFormatException(model.Name, expected, string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.ShapeText}")));
        }

        if (model.Outputs is not [{ Shape: [_, var classes, _, _] }, ..] || model.Outputs[0].ElementType != typeof(float)
            || (classes >= 0 && classes < labels.Count))
        {
            throw new ModelFormatException(
                model.Name, $"logits [N,{labels.Count} or more,H,W] as the first output", string.Join(", ", model.Outputs.Select(o => $"{o.Name} {o.ShapeText}")));
        }

        if (options.Scales is not [1.0] && (height >= 0 || width >= 0))
        {
            throw new ModelFormatException(model.Name, "a network that takes any size, for other scales than 1", $"one of {width}x{height}");
        }
    }

    private static bool Fits(int dimension, int? wanted) => dimension < 0 || wanted is null || dimension == wanted;
}
