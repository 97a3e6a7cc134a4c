using System.Collections.Frozen;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// Reads boxes: raw heads, decoded heads or finished rows, alone in a graph or beside other heads on a shared backbone.
/// Immutable and safe to share between threads.
/// </summary>
public sealed class DetectionHead : IHead<DetectionOptions, Detections>
{
    private readonly string _model;
    private readonly OutputReader _reader;

    private DetectionHead(HeadBinding binding, OutputReader reader, DetectionSettings settings, IReadOnlyList<string> labels)
    {
        if (reader.ClassCount is { } classes && labels.Count > 0 && labels.Count != classes)
        {
            throw binding.Mismatch($"{classes} labels, as many as the graph has classes", $"{labels.Count}");
        }

        var known = labels.Count > 0 ? labels.Count : reader.ClassCount ?? 0;
        if (settings.CategoryIds.Count > 0 && known > 0 && settings.CategoryIds.Count != known)
        {
            throw binding.Mismatch($"{known} category ids, one per class", $"{settings.CategoryIds.Count}");
        }

        _model = binding.Model;
        _reader = reader;
        Settings = settings;
        Labels = labels;
        CategoryIds = settings.CategoryIds.Count > 0 ? settings.CategoryIds : [.. Enumerable.Range(1, known)];
    }

    /// <summary>Class names by index; empty where the model has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Category id of each class in the data set the model was trained on.</summary>
    public IReadOnlyList<int> CategoryIds { get; }

    /// <summary>The model's own thresholds.</summary>
    internal DetectionSettings Settings { get; }

    /// <summary>What remains to be done after the graph.</summary>
    internal ExportStyle Style => _reader.Style;

    /// <summary>Binds to a graph's outputs by their shapes; names differ from export to export.</summary>
    /// <exception cref="ModelFormatException">Outputs, labels, settings and preprocessing do not fit each other.</exception>
    public static DetectionHead Bind(HeadBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        var (width, height) = binding.Preprocess.Size.TensorSize
            ?? throw binding.Mismatch("preprocessing to one fixed size", binding.Preprocess.Size.ToString());
        if (width % 32 != 0 || height % 32 != 0)
        {
            throw binding.Mismatch("an input whose sides are multiples of 32", $"{width} wide, {height} high");
        }

        return binding.Request is null ? BindWhole(binding, width, height) : BindShared(binding, width, height);
    }

    /// <summary>Checks options before a run.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or a class is none of the model's.</exception>
    public void Check(DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = options.ToNms(Settings);
        _ = Classes(options);
    }

    /// <inheritdoc/>
    public Detections Read(in HeadInput run, DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var nms = options.ToNms(Settings);
        using var candidates = new Candidates(Classes(options));
        _reader.Collect(run.Outputs, run.Index, nms, candidates);
        if (Labels.Count > 0 && candidates.ClassCount > Labels.Count)
        {
            throw new ModelFormatException(_model, $"classes below {Labels.Count}, the number of labels", $"class {candidates.ClassCount - 1}");
        }

        var kept = Suppresses(nms) ? NonMaximumSuppression.Run(candidates, nms) : KeptBoxes.All(candidates, nms.TopKAfter);
        var (plan, width, height) = (run.Plan, run.Width, run.Height);
        return kept.ToDetections(candidates, Labels, box =>
        {
            var (x0, y0) = plan.ToSource(box.X0, box.Y0);
            var (x1, y1) = plan.ToSource(box.X1, box.Y1);
            var mapped = new Box(x0, y0, x1, y1);
            return options.Clip ? mapped.Clip(width, height) : mapped;
        });
    }

    // A graph that suppresses is left alone unless the caller asks for more than it does.
    private bool Suppresses(NmsOptions nms) => Style != ExportStyle.Suppressed
        || nms.ClassAgnostic || nms.Method != NmsMethod.Hard || nms.IouThreshold < Settings.IouThreshold;

    private FrozenSet<int>? Classes(DetectionOptions options) =>
        options.Classes is { Count: > 0 } names ? ClassFilter.Ids(names, Labels) : null;

    private static DetectionHead BindWhole(HeadBinding binding, int width, int height)
    {
        var settings = DetectionSettings.Of(binding.Manifest);
        var grid = new AnchorGrid(width, height, settings.Strides is { Count: > 0 } strides ? strides : AnchorGrid.PicoStrides);
        CheckScoreRule(binding, settings, (width, height));
        var reader = OutputReader.Bind(binding.Model, binding.Outputs, grid, settings.ScoreRule);

        // RapidAI's exports name their classes in the metadata.
        var labels = binding.Labels.Count > 0 ? binding.Labels
            : binding.Metadata.TryGetValue("character", out var text) ? text.TrimEnd('\n').Split('\n')
            : [];
        return new DetectionHead(binding, reader, settings, labels);
    }

    private static DetectionHead BindShared(HeadBinding binding, int width, int height)
    {
        var request = binding.Request!;
        var head = PicoDetHeadSettings.Read(request);
        var settings = DetectionSettings.Of(head, request);
        List<int> own = [.. Enumerable.Range(0, binding.Outputs.Count)
            .Where(i => binding.Outputs[i].Name.StartsWith(request.Output + ".", StringComparison.Ordinal))];
        var grid = new AnchorGrid(width, height, AnchorGrid.PicoStrides);
        var reader = RawHeadReader.TryBind(
                binding.Model, [.. own.Select(i => binding.Outputs[i])], grid, settings.ScoreRule, own.FirstOrDefault())
            ?? throw binding.Mismatch($"raw heads as outputs '{request.Output}.*'", $"{own.Count} outputs");
        return new DetectionHead(binding, reader, settings, head.Labels);
    }

    /// <summary>A network in code knows what its class outputs hold; a manifest that says otherwise would misread them.</summary>
    private static void CheckScoreRule(HeadBinding binding, DetectionSettings settings, (int Width, int Height) size)
    {
        if (binding.Manifest.Network is not { } network)
        {
            return;
        }

        var request = new NetworkRequest(binding.Model, network) { Labels = binding.Labels, Size = size };
        if (request.Kind == "picodet" && PicoDetKind.ScoreRuleOf(request) is var rule && rule != settings.ScoreRule)
        {
            throw binding.Mismatch($"the score rule {rule} of the network's export", $"{settings.ScoreRule}");
        }
    }
}
