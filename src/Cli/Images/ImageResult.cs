using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>What a job found in one image, and where the time went (decoding is added by the runner).</summary>
internal readonly record struct ImageResult<T>(T Value, StageTimings Timings);

/// <summary>A finished input, with its size in pixels.</summary>
internal sealed record ImageAnswer<T>(InputItem Input, int Width, int Height, StageTimings Timings, T Value);
