namespace PPLCNet.Vision.Teaching.Data;

/// <summary>An image or folder that was not learned from.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Error">Why.</param>
public sealed record TeachingFailure(string Path, Exception Error);
