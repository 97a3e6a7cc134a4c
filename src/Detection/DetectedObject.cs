using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection;

/// <summary>One object that was found.</summary>
/// <param name="ClassId">Index of its class in the model's labels.</param>
/// <param name="Class">Name of its class; the number as text where the model has no labels.</param>
/// <param name="Score">Confidence, 0 to 1.</param>
/// <param name="Box">Its box, in pixels of the image.</param>
public readonly record struct DetectedObject(int ClassId, string Class, float Score, Box Box);
