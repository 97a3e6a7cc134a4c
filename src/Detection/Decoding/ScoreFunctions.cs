using PPLCNet.Vision.Backbone.Networks.PicoDet;

namespace PPLCNet.Vision.Detection.Decoding;

/// <summary>Scores from logits, and the logits that a threshold on scores means.</summary>
internal static class ScoreFunctions
{
    private const float Epsilon = 1e-9f;

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-x));

    /// <summary>Score of PicoHeadV2 from the two probabilities.</summary>
    public static float Quality(float classProbability, float quality) => MathF.Sqrt((classProbability * quality) + Epsilon);

    /// <summary>
    /// A class logit at or below which the score certainly is not above <paramref name="threshold"/>: so most anchors are
    /// dismissed by one comparison, without an exponential.
    /// </summary>
    /// <param name="threshold">On the score.</param>
    /// <param name="rule">How scores come about.</param>
    /// <param name="quality">Quality probability of the anchor, for <see cref="ScoreRule.Quality"/>.</param>
    public static float LogitLimit(float threshold, ScoreRule rule, float quality = 1)
    {
        if (rule == ScoreRule.Probability)
        {
            return threshold;
        }

        double probability = rule == ScoreRule.Sigmoid ? threshold : (((double)threshold * threshold) - Epsilon) / quality;
        return probability <= 0 ? float.NegativeInfinity
            : probability >= 1 ? float.PositiveInfinity
            : (float)Math.Log(probability / (1 - probability)) - 1e-3f;
    }
}
