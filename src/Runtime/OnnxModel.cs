using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Backbone.Graph.Cleaning;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>A graph in ONNX Runtime. Every model of the suite runs through this class.</summary>
/// <remarks>
/// Immutable after loading; any number of threads may call <see cref="Run(InputTensor, CancellationToken)"/> at once, without
/// a lock. The native session is freed when the last owner has disposed the model and the outputs of the last run are disposed.
/// </remarks>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _outputNames;
    private readonly SessionLease _lease;
    private readonly long _shrinkAbove;

    private OnnxModel(string name, InferenceSession session, ReadOnlySpan<byte> graph, long shrinkAbove)
    {
        _shrinkAbove = shrinkAbove;
        Name = name;
        _session = session;
        _lease = new SessionLease(session);
        Inputs = [.. session.InputMetadata.Select(p => new TensorInfo(p.Key, p.Value.Dimensions, p.Value.ElementType))];
        Outputs = [.. session.OutputMetadata.Select(p => new TensorInfo(p.Key, p.Value.Dimensions, p.Value.ElementType))];
        Metadata = session.ModelMetadata.CustomMetadataMap;
        _outputNames = [.. Outputs.Select(o => o.Name)];
        var operators = new string[_outputNames.Length];
        for (var i = 0; i < operators.Length; i++)
        {
            operators[i] = OnnxFile.OperatorOf(graph, _outputNames[i]);
        }

        OutputOperators = operators;
    }

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>The graph's inputs in order.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>The graph's outputs in order.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The operator that computes each output, for example <c>Softmax</c> or <c>Gemm</c>.</summary>
    public IReadOnlyList<string> OutputOperators { get; }

    /// <summary>The file's own metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Loads a graph.</summary>
    /// <param name="model">The ONNX file's bytes.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="options">Threads, provider, shape policy.</param>
    /// <exception cref="ModelFormatException">The bytes are not an ONNX graph that this build of ONNX Runtime runs.</exception>
    public static OnnxModel Load(byte[] model, string name, RuntimeOptions? options = null)
    {
        options ??= RuntimeOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        using var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            EnableMemoryPattern = options.FixedShape ?? false,
            EnableCpuMemArena = options.Arena ?? options.FixedShape ?? false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (!options.Provider.Equals("cpu", StringComparison.OrdinalIgnoreCase))
        {
            session.AppendExecutionProvider(options.Provider);
        }

        options.Configure?.Invoke(session);
        try
        {
            VisionTelemetry.RecordLoad(name);
            return new OnnxModel(name, new InferenceSession(options.Clean ? OnnxCleaner.Clean(model) : model, session), model, options.ShrinkArenaAbove);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException(name, "an ONNX graph", $"{model.Length} bytes that ONNX Runtime refuses ({e.Message})", e);
        }
    }

    /// <summary>Runs the graph on its only input and returns every output.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; the run stops early.</exception>
    public ModelOutputs Run(InputTensor input, CancellationToken cancellationToken = default) =>
        Run([input], cancellationToken);

    /// <summary>Runs the graph on several inputs; an input without a name is taken by its position.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; the run stops early.</exception>
    public ModelOutputs Run(IReadOnlyList<InputTensor> inputs, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _lease.Enter(Name);
        var left = false;
        var names = new string[inputs.Count];
        var values = new OrtValue[inputs.Count];
        using var run = new RunOptions();
        using var registration = cancellationToken.Register(static r => ((RunOptions)r!).Terminate = true, run);
        if (_shrinkAbove > 0 && inputs.Sum(i => (long)i.Values.Length) > _shrinkAbove)
        {
            run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }

        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                names[i] = Checked(inputs[i], i);
                values[i] = inputs[i].ToOrtValue();
            }

            var start = Stopwatch.GetTimestamp();
            var outputs = _session.Run(run, names, values, _outputNames);
            left = true; // The outputs lie in the session's memory and keep it until they are disposed.
            return new ModelOutputs(outputs, Outputs, Stopwatch.GetElapsedTime(start), _lease);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }

            if (!left)
            {
                _lease.Leave();
            }
        }
    }

    /// <summary>Counts one more owner; each disposes the model once.</summary>
    /// <exception cref="ObjectDisposedException">No owner is left.</exception>
    internal void AddOwner() => _lease.AddOwner(Name);

    /// <summary>Gives up one ownership. Runs that are under way finish; once no owner is left, new ones are refused.</summary>
    public void Dispose() => _lease.RemoveOwner();

    /// <summary>
    /// The name under which an input is fed; refuses what the graph does not take, before ONNX Runtime does so in its own
    /// words.
    /// </summary>
    private string Checked(InputTensor input, int position)
    {
        var expected = input.Name is null
            ? Inputs.ElementAtOrDefault(position)
            : Inputs.FirstOrDefault(i => i.Name == input.Name);
        if (expected is null || expected.Shape.Count != input.Shape.Count || expected.Shape.Zip(input.Shape).Any(d => d.First >= 0 && d.First != d.Second))
        {
            throw new ArgumentException(
                $"'{Name}': expected the inputs {string.Join(", ", Inputs.Select(i => $"{i.Name} {i.ShapeText}"))}; found {input.Name ?? $"number {position + 1}"} [{string.Join(',', input.Shape)}].",
                nameof(input));
        }

        return expected.Name;
    }
}
