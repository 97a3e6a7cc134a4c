using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Ocr.TextDetection;

/// <summary>One piece of text that was found.</summary>
/// <param name="Quad">Its corners in pixels of the image.</param>
/// <param name="Score">Mean text probability inside, 0 to 1.</param>
public readonly record struct TextBox(Quad Quad, float Score);
