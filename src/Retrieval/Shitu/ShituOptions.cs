using PPLCNet.Vision.Retrieval.Filters;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>When the whole image is searched beside the detected objects.</summary>
public enum WholeImage
{
    /// <summary>Only where nothing is detected.</summary>
    WhenNothingDetected,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>How the matches of an object become one label.</summary>
public enum LabelPolicy
{
    /// <summary>The best match decides.</summary>
    Top1,

    /// <summary>The label with the largest sum of scores among the matches decides.</summary>
    Vote,
}

/// <summary>How a <see cref="ShituPipeline"/> works.</summary>
public sealed record ShituOptions
{
    /// <summary>
    /// The behavior users ask for: the whole image only as a fallback, the best match decides, objects never suppress each
    /// other.
    /// </summary>
    public static ShituOptions Default { get; } = new();

    /// <summary>
    /// PaddleClas's own behavior: the whole image always competes, and objects that overlap suppress each other by
    /// retrieval score, without its defects.
    /// </summary>
    public static ShituOptions Classic { get; } = new()
    {
        WholeImage = WholeImage.Always,
        DetectionThreshold = 0.2f,
        ResultIou = 0.05f,
        KeepUnknown = false,
    };

    /// <summary>The maximum number of objects per image; the best detections are kept.</summary>
    public int MaxObjects { get; init; } = 5;

    /// <summary>Detections at or below this score are left out, 0 to 1.</summary>
    public float DetectionThreshold { get; init; } = 0.5f;

    /// <summary>When the whole image is searched.</summary>
    public WholeImage WholeImage { get; init; } = WholeImage.WhenNothingDetected;

    /// <summary>Matches of each object.</summary>
    public int K { get; init; } = 5;

    /// <summary>Whether only the best match of each label is kept.</summary>
    public bool DistinctLabels { get; init; }

    /// <summary>How matches become a label.</summary>
    public LabelPolicy Policy { get; init; } = LabelPolicy.Top1;

    /// <summary>An object whose best match has a lower score is unknown; see <see cref="ThresholdCalibration"/>.</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>How likely a label is the right one, as <see cref="ThresholdCalibration.Probability"/> learned it; null leaves it
    /// open.</summary>
    public LabelProbability? Probability { get; init; }

    /// <summary>An object whose label is less likely than this is unknown, 0 to 1; needs <see cref="Probability"/>.</summary>
    public double MinProbability { get; init; }

    /// <summary>Whether unknown objects are reported.</summary>
    public bool KeepUnknown { get; init; } = true;

    /// <summary>Objects that overlap a better matched one by more than this IoU are dropped; null keeps all.</summary>
    public float? ResultIou { get; init; }

    /// <summary>Which items may be found; null for all.</summary>
    public ItemFilter? Filter { get; init; }
}
