namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Turns the outputs of a run into an answer. A head is bound to the outputs of one graph when a model is loaded, and is
/// immutable and safe to share between threads.
/// </summary>
/// <typeparam name="TOptions">The options of a call.</typeparam>
/// <typeparam name="TResult">The result for one image.</typeparam>
public interface IHead<in TOptions, out TResult>
{
    /// <summary>Reads the answer for one image.</summary>
    /// <param name="run">The outputs, and how the image lay in the input.</param>
    /// <param name="options">Options of the call, already checked.</param>
    /// <exception cref="ModelFormatException">The outputs have other shapes than at load, or a number is not finite.</exception>
    TResult Read(in HeadInput run, TOptions options);
}

/// <summary>A result with the durations of its stages.</summary>
/// <typeparam name="TSelf">The answer itself.</typeparam>
public interface IPrediction<out TSelf>
{
    /// <summary>The durations of the stages.</summary>
    StageTimings Timings { get; }

    /// <summary>The same result with these timings.</summary>
    TSelf WithTimings(StageTimings timings);
}
