using Microsoft.ML.OnnxRuntime;

namespace PPLCNet.Vision.Runtime;

/// <summary>How a model runs.</summary>
public sealed record RuntimeOptions
{
    /// <summary>One thread inside a run: with one worker per core, the best throughput on small machines.</summary>
    public static RuntimeOptions Default { get; } = new();

    /// <summary>Threads inside one run, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether the input keeps one shape; null lets the loader decide from the graph. Changing shapes run without memory
    /// pattern and arena, so memory stays bounded.
    /// </summary>
    public bool? FixedShape { get; init; }

    /// <summary>
    /// Whether forms that exporters leave behind are rewritten at load into ones that run faster, with the same results up to
    /// rounding; see <see cref="PPLCNet.Vision.Backbone.Graph.Cleaning.OnnxCleaner"/>.
    /// </summary>
    public bool Clean { get; init; } = true;

    /// <summary>
    /// Whether memory is kept between runs; null follows <see cref="FixedShape"/>. Large tensors cost more in fresh pages than
    /// in arithmetic without it; how much is kept follows the largest input.
    /// </summary>
    public bool? Arena { get; init; }

    /// <summary>
    /// A run whose inputs hold more values than this gives the memory that the arena kept for it back at its end; 0 keeps it
    /// for ever. It bounds the memory of a process that meets one large image among many small ones.
    /// </summary>
    public long ShrinkArenaAbove { get; init; }

    /// <summary>Execution provider by name: <c>cpu</c>, <c>cuda</c>, ...</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Last word on ONNX Runtime's own options, for providers and settings that are not covered here.</summary>
    public Action<SessionOptions>? Configure { get; init; }
}
