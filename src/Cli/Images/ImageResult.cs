using PPLCNet.Vision.Backbone.Runtime;
using PPLCNet.Vision.Cli.Inputs;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>What a job found in one picture, and where the time went (decoding is added by the runner).</summary>
internal readonly record struct ImageResult<T>(T Value, StageTimings Timings);

/// <summary>A finished input, with its size in pixels.</summary>
internal sealed record ImageAnswer<T>(InputItem Input, int Width, int Height, StageTimings Timings, T Value);
