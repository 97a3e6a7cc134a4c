using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Attributes;

namespace PPLCNet.Vision.Analysis;

/// <summary>A person or a vehicle with its attributes.</summary>
/// <param name="Object">Where it is, in pixels of the image.</param>
/// <param name="Attributes">What it is like.</param>
public sealed record AttributedObject(DetectedObject Object, AttributeResult Attributes);

/// <summary>The persons or vehicles of an image with their attributes, best score first. Immutable.</summary>
/// <param name="Objects">What was found.</param>
/// <param name="Timings">Times of detection and of all attributes together.</param>
public sealed record AttributeAnalysis(IReadOnlyList<AttributedObject> Objects, StageTimings Timings)
    : IPrediction<AttributeAnalysis>
{
    /// <inheritdoc/>
    public AttributeAnalysis WithTimings(StageTimings timings) => this with { Timings = timings };
}
