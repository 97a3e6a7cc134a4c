using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// The tensors of one run, in pooled memory, and how each image lies in them. Dispose it after the run; not thread-safe.
/// </summary>
internal sealed class PreparedImages : IDisposable
{
    private readonly InputTensor[] _tensors;
    private readonly int _length;
    private readonly List<ResizePlan> _plans = new(1);

    internal PreparedImages(InputTensor[] tensors, int length)
    {
        _tensors = tensors;
        _length = length;
    }

    /// <summary>How each image became its part of the tensor.</summary>
    public IReadOnlyList<ResizePlan> Plans => _plans;

    /// <summary>The images' tensor, [N, 3, H, W].</summary>
    public InputTensor Images => _tensors[0];

    /// <summary>All tensors, the images first.</summary>
    internal IReadOnlyList<InputTensor> Tensors => _tensors;

    /// <summary>Values of image <paramref name="index"/>, [3, H, W].</summary>
    public Span<float> Image(int index) => _tensors[0].Values.Slice(index * _length, _length);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }
    }

    internal void Add(ResizePlan plan) => _plans.Add(plan);
}
