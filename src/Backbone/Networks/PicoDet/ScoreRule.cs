namespace PPLCNet.Vision.Backbone.Networks.PicoDet;

/// <summary>What the class outputs of raw heads hold.</summary>
internal enum ScoreRule
{
    /// <summary>Finished scores, 0 to 1: every official export.</summary>
    Probability,

    /// <summary>Logits of PicoHead (2021): score = sigmoid(class).</summary>
    Sigmoid,

    /// <summary>
    /// Logits of PicoHeadV2 (2022) with one quality logit an anchor: score = sqrt(sigmoid(class) * sigmoid(quality) + 1e-9).
    /// </summary>
    Quality,
}
