using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace PPLCNet.Vision.Runtime;

/// <summary>A float tensor in pooled memory, to be filled, run and disposed. Not safe to share between threads.</summary>
internal sealed class InputTensor : IDisposable
{
    private readonly int _length;
    private float[]? _pooled;

    private InputTensor(string? name, long[] shape, int length)
    {
        Name = name;
        Shape = shape;
        _length = length;
        _pooled = ArrayPool<float>.Shared.Rent(length);
    }

    /// <summary>Name of the graph's input; null for a model's only input.</summary>
    public string? Name { get; }

    /// <summary>Dimensions, for images [N, C, H, W].</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values, row-major; not cleared when rented.</summary>
    public Span<float> Values => Memory.Span;

    /// <summary>The values as memory.</summary>
    public Memory<float> Memory =>
        (_pooled ?? throw new ObjectDisposedException(nameof(InputTensor))).AsMemory(0, _length);

    /// <summary>Rents memory for a tensor of this shape.</summary>
    public static InputTensor Rent(params ReadOnlySpan<long> shape) => Rent(null, shape);

    /// <summary>Rents memory for the input <paramref name="name"/> of a model with several.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is not positive.</exception>
    public static InputTensor Rent(string? name, params ReadOnlySpan<long> shape)
    {
        var length = 1L;
        foreach (var dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension, nameof(shape));
            length = checked(length * dimension);
        }

        return new InputTensor(name, shape.ToArray(), checked((int)length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }

    internal OrtValue ToOrtValue() =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Memory, (long[])Shape);
}
