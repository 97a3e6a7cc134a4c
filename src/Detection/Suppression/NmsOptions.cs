namespace PPLCNet.Vision.Detection.Suppression;

/// <summary>What happens to a box that overlaps a better one.</summary>
public enum NmsMethod
{
    /// <summary>It is dropped where the IoU is above the threshold.</summary>
    Hard,

    /// <summary>
    /// Its score is multiplied by 1 - IoU where the IoU is above the threshold (Bodla et al. 2017, arXiv 1704.04503).
    /// </summary>
    SoftLinear,

    /// <summary>Its score is multiplied by exp(-IoU^2 / sigma) (same paper).</summary>
    SoftGaussian,
}

/// <summary>
/// How candidates are filtered. The defaults are those of PicoDet's published mAP (Paddle's <c>multiclass_nms3</c>).
/// </summary>
internal sealed record NmsOptions
{
    /// <summary>Candidates need a score above this, strictly, 0 to 1.</summary>
    public float ScoreThreshold { get; init; } = 0.025f;

    /// <summary>A box is dropped where its IoU with a better one is above this, strictly, 0 to 1.</summary>
    public float IouThreshold { get; init; } = 0.6f;

    /// <summary>
    /// Best candidates of each class (of all where <see cref="ClassAgnostic"/>) that take part; 0 sets no limit.
    /// </summary>
    public int TopKBefore { get; init; } = 1000;

    /// <summary>Best boxes of the image that are kept at the end; 0 sets no limit.</summary>
    public int TopKAfter { get; init; } = 100;

    /// <summary>Whether boxes suppress those of other classes too.</summary>
    public bool ClassAgnostic { get; init; }

    /// <summary>
    /// Whether one anchor may be reported under several classes, as PaddleDetection does; otherwise only its best class
    /// counts.
    /// </summary>
    public bool MultiLabel { get; init; } = true;

    /// <summary>Drop or decay.</summary>
    public NmsMethod Method { get; init; }

    /// <summary>Sigma of <see cref="NmsMethod.SoftGaussian"/>, above 0.</summary>
    public float Sigma { get; init; } = 0.5f;

    /// <summary>Boxes whose decayed score is not above this are dropped; matters to the soft methods only.</summary>
    public float FinalScoreThreshold { get; init; } = 0.001f;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        CheckFraction(ScoreThreshold, nameof(ScoreThreshold));
        CheckFraction(IouThreshold, nameof(IouThreshold));
        CheckFraction(FinalScoreThreshold, nameof(FinalScoreThreshold));
        if (!(Sigma > 0) || TopKBefore < 0 || TopKAfter < 0)
        {
            throw new ArgumentException($"Expected a positive sigma and limits that are not negative, found {Sigma}, {TopKBefore} and {TopKAfter}.");
        }
    }

    private static void CheckFraction(float value, string name)
    {
        if (!(value >= 0 && value <= 1))
        {
            throw new ArgumentException($"{name}: expected 0 to 1, found {value}.");
        }
    }
}
