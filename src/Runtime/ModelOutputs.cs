using Microsoft.ML.OnnxRuntime;

namespace PPLCNet.Vision.Runtime;

/// <summary>What one run returned. The spans live until it is disposed. Not safe to share between threads.</summary>
public sealed class ModelOutputs : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue> _values;
    private readonly IReadOnlyList<TensorInfo> _infos;

    private readonly SessionLease _lease;
    private int _disposed;

    internal ModelOutputs(IDisposableReadOnlyCollection<OrtValue> values, IReadOnlyList<TensorInfo> infos, TimeSpan elapsed, SessionLease lease)
    {
        _lease = lease;
        _values = values;
        _infos = infos;
        Elapsed = elapsed;
    }

    /// <summary>Number of outputs.</summary>
    public int Count => _values.Count;

    /// <summary>Time inside ONNX Runtime.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Name of output <paramref name="index"/>.</summary>
    public string Name(int index) => _infos[index].Name;

    /// <summary>Dimensions of output <paramref name="index"/>.</summary>
    public long[] Shape(int index) => _values[index].GetTensorTypeAndShape().Shape;

    /// <summary>Values of a float output, row-major.</summary>
    public ReadOnlySpan<float> Floats(int index = 0) => _values[index].GetTensorDataAsSpan<float>();

    /// <summary>Values of an output of another element type.</summary>
    public ReadOnlySpan<T> Values<T>(int index)
        where T : unmanaged => _values[index].GetTensorDataAsSpan<T>();

    /// <summary>Index of the output <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">The output does not exist.</exception>
    public int IndexOf(string name)
    {
        for (var i = 0; i < _infos.Count; i++)
        {
            if (_infos[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException($"No output '{name}'; there are {string.Join(", ", _infos.Select(o => o.Name))}.", nameof(name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _values.Dispose();
            _lease.Leave();
        }
    }
}
