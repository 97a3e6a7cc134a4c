using System.Collections.Frozen;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>The options of a detector joined with its manifest, checked; turns outputs into results. Immutable and thread-safe.</summary>
internal sealed class DetectorPlan
{
    private readonly string _model;
    private readonly FrozenSet<int>? _classes;
    private readonly bool _suppress;
    private readonly bool _clip;

    private DetectorPlan(string model, IReadOnlyList<string> labels, IReadOnlyList<int> categoryIds, NmsOptions nms, bool suppress, DetectorOptions options)
    {
        _model = model;
        _suppress = suppress;
        _clip = options.Clip;
        _classes = options.Classes is { Count: > 0 } names ? ClassFilter.Ids(names, labels) : null;
        Labels = labels;
        CategoryIds = categoryIds;
        Nms = nms;
        BatchSize = options.BatchSize;
    }

    /// <summary>Class names.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Category ids by class.</summary>
    public IReadOnlyList<int> CategoryIds { get; }

    /// <summary>The suppression in force.</summary>
    public NmsOptions Nms { get; }

    /// <summary>Images in one run.</summary>
    public int BatchSize { get; }

    /// <summary>Checks and joins.</summary>
    public static DetectorPlan Make(string model, IReadOnlyList<string> labels, DetectorSettings settings, OutputReader reader, DetectorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        if (reader.ClassCount is { } classes && labels.Count > 0 && labels.Count != classes)
        {
            throw new ModelFormatException(model, $"{classes} labels, as many as the graph has classes", $"{labels.Count}");
        }

        var known = labels.Count > 0 ? labels.Count : reader.ClassCount ?? 0;
        if (settings.CategoryIds.Count > 0 && known > 0 && settings.CategoryIds.Count != known)
        {
            throw new ModelFormatException(model, $"{known} category ids, one a class", $"{settings.CategoryIds.Count}");
        }

        var own = new NmsOptions { ScoreThreshold = settings.ScoreThreshold, IouThreshold = settings.IouThreshold };
        var nms = options.Nms ?? options.ChangeNms?.Invoke(own) ?? own;
        nms = nms with
        {
            ScoreThreshold = options.ScoreThreshold ?? nms.ScoreThreshold,
            IouThreshold = options.IouThreshold ?? nms.IouThreshold,
            ClassAgnostic = options.Agnostic ?? nms.ClassAgnostic,
        };
        nms.Validate();

        // A graph that suppresses is left alone unless the caller asks for more than it does.
        var suppress = reader.Style != ExportStyle.Suppressed
            || nms.ClassAgnostic || nms.Method != NmsMethod.Hard || nms.IouThreshold < settings.IouThreshold;
        return new DetectorPlan(
            model,
            labels,
            settings.CategoryIds.Count > 0 ? settings.CategoryIds : [.. Enumerable.Range(1, known)],
            nms,
            suppress,
            options);
    }

    /// <summary>One image's results in its own pixels.</summary>
    public Detections Finish(OutputReader reader, ModelOutputs outputs, int image, ResizePlan resize, int width, int height)
    {
        using var candidates = new Candidates(_classes);
        reader.Collect(outputs, image, Nms, candidates);
        if (Labels.Count > 0 && candidates.ClassCount > Labels.Count)
        {
            throw new ModelFormatException(_model, $"classes below {Labels.Count}, the number of labels", $"class {candidates.ClassCount - 1}");
        }

        var kept = _suppress ? NonMaximumSuppression.Run(candidates, Nms) : KeptBoxes.All(candidates, Nms.TopKAfter);
        var clip = _clip;
        return kept.ToDetections(candidates, Labels, box =>
        {
            var (x0, y0) = resize.ToSource(box.X0, box.Y0);
            var (x1, y1) = resize.ToSource(box.X1, box.Y1);
            var mapped = new Box(x0, y0, x1, y1);
            return clip ? mapped.Clip(width, height) : mapped;
        });
    }
}
