namespace PPLCNet.Vision.Runtime;

/// <summary>
/// Turns the outputs of a run into an answer. A head is bound to the outputs of one graph when a model is loaded, and is immutable and safe
/// to share between threads.
/// </summary>
/// <typeparam name="TOptions">What a caller may choose at each call.</typeparam>
/// <typeparam name="TResult">The answer for one image.</typeparam>
public interface IHead<in TOptions, out TResult>
{
    /// <summary>Reads the answer for one image.</summary>
    /// <param name="run">The outputs, and how the image lay in the input.</param>
    /// <param name="options">Choices of the call, already checked.</param>
    /// <exception cref="ModelFormatException">The outputs have other shapes than at load, or a number is not finite.</exception>
    TResult Read(in HeadInput run, TOptions options);
}

/// <summary>An answer that carries the time of its stages.</summary>
/// <typeparam name="TSelf">The answer itself.</typeparam>
public interface IPrediction<out TSelf>
{
    /// <summary>Where the time went.</summary>
    StageTimings Timings { get; }

    /// <summary>The same answer with these timings.</summary>
    TSelf WithTimings(StageTimings timings);
}
