using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>One object of an image and what it was found to be.</summary>
/// <param name="Box">Where it is, inside the image.</param>
/// <param name="DetectionScore">The detector's confidence; 1 for the whole image.</param>
/// <param name="Matches">The nearest items, best first.</param>
/// <param name="Label">Its name, or null where it is unknown.</param>
/// <param name="Score">Similarity of the best match with the chosen label; of the best match at all where unknown.</param>
public sealed record RecognizedObject(Box Box, float DetectionScore, IReadOnlyList<VectorMatch> Matches, string? Label, float Score)
{
    /// <summary>How likely the best label is the right one if the gallery has this thing at all, 0 to 1, also where the answer is
    /// unknown; null without
    /// <see cref="ShituOptions.Probability"/> or without any match.</summary>
    public double? Probability { get; init; }
}

/// <summary>What an image shows.</summary>
/// <param name="Objects">Best retrieval score first.</param>
/// <param name="Timings">Where the time went; searching counts as postprocessing.</param>
public sealed record ShituResult(IReadOnlyList<RecognizedObject> Objects, StageTimings Timings) : IPrediction<ShituResult>
{
    /// <summary>The image with a box, a label and a score for each object, each object in a color of its own.</summary>
    /// <param name="image">The image in which the objects were found.</param>
    public PixelBuffer Draw(ImageSource image) => ShituDrawing.Draw(this, image);

    /// <inheritdoc/>
    public ShituResult WithTimings(StageTimings timings) => this with { Timings = timings };
}
