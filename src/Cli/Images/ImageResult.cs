using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>What a job found in one image, and where the time went (decoding is added by the runner).</summary>
internal readonly record struct ImageResult<T>(T Value, StageTimings Timings);

/// <summary>Makes results of predictions.</summary>
internal static class ImageResult
{
    /// <summary>A prediction as it is.</summary>
    public static ImageResult<T> Of<T>(T prediction)
        where T : IPrediction<T> => new(prediction, prediction.Timings);

    /// <summary>A part of a prediction.</summary>
    public static ImageResult<TValue> Of<T, TValue>(T prediction, Func<T, TValue> part)
        where T : IPrediction<T> => new(part(prediction), prediction.Timings);
}

/// <summary>A finished input, with its size in pixels.</summary>
internal sealed record ImageAnswer<T>(InputItem Input, int Width, int Height, StageTimings Timings, T Value);
