using PPLCNet.Vision.Detection.Suppression;

namespace PPLCNet.Vision.Detection;

/// <summary>What can change from call to call of a detector. What is null is taken from the model's manifest.</summary>
public sealed record DetectionOptions
{
    /// <summary>The model's own thresholds, all classes.</summary>
    public static DetectionOptions Default { get; } = new();

    /// <summary>Objects need a score above this, 0 to 1.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>IoU above which the lower-scoring of two boxes is dropped, 0 to 1.</summary>
    public float? IouThreshold { get; init; }

    /// <summary>Names of the classes to report, ignoring case; null or empty for all.</summary>
    public IReadOnlyCollection<string>? Classes { get; init; }

    /// <summary>Whether boxes suppress those of other classes too.</summary>
    public bool Agnostic { get; init; }

    /// <summary>Whether each place is reported under its best class only.</summary>
    public bool BestClassOnly { get; init; }

    /// <summary>The maximum number of objects per image; the best are kept. 0 sets no limit.</summary>
    public int MaxObjects { get; init; } = 100;

    /// <summary>What happens to a box that overlaps a better one.</summary>
    public NmsMethod Method { get; init; }

    /// <summary>Whether boxes are cut to the image. PicoDet's own results are not.</summary>
    public bool Clip { get; init; }

    /// <summary>The suppression that these options and a model's own thresholds describe.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal NmsOptions ToNms(DetectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var nms = new NmsOptions
        {
            ScoreThreshold = ScoreThreshold ?? settings.ScoreThreshold,
            IouThreshold = IouThreshold ?? settings.IouThreshold,
            ClassAgnostic = Agnostic,
            MultiLabel = !BestClassOnly,
            TopKAfter = MaxObjects,
            Method = Method,
        };
        nms.Validate();
        return nms;
    }
}
