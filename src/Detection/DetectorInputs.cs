using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// The graph's inputs, bound by shape: images [N,3,H,W] and, in some exports, [N,2] scale factors or sizes. Scale factors are
/// given as 1, so that every export answers in input pixels and one mapping back serves all; suppression does not depend on them.
/// </summary>
internal sealed class DetectorInputs
{
    private readonly string _image;
    private readonly IReadOnlyList<string> _pairs;

    private DetectorInputs(string image, IReadOnlyList<string> pairs, int width, int height, bool takesBatches)
    {
        _image = image;
        _pairs = pairs;
        Width = width;
        Height = height;
        TakesBatches = takesBatches;
    }

    /// <summary>Width of the input.</summary>
    public int Width { get; }

    /// <summary>Height of the input.</summary>
    public int Height { get; }

    /// <summary>Whether the first dimension may change.</summary>
    public bool TakesBatches { get; }

    /// <summary>Binds and checks against the preprocessing.</summary>
    /// <exception cref="ModelFormatException">The inputs are not a detector's, or the graph is baked for another size.</exception>
    public static DetectorInputs Bind(OnnxModel model, SizeRule size)
    {
        var images = model.Inputs.Where(i => i.Shape is [_, 3, _, _]).ToList();
        var pairs = model.Inputs.Where(i => i.Shape is [_, 2 or -1]).ToList();
        if (images.Count != 1 || images.Count + pairs.Count != model.Inputs.Count)
        {
            throw new ModelFormatException(
                model.Name,
                "one input [N,3,H,W] and at most scale factors [N,2]",
                string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.ShapeText}")));
        }

        var shape = images[0].Shape;
        var (width, height) = size.TensorSize ?? throw new ModelFormatException(model.Name, "preprocessing to one fixed size", size.ToString());
        if ((shape[2] >= 0 && shape[2] != height) || (shape[3] >= 0 && shape[3] != width))
        {
            throw new ModelFormatException(model.Name, $"preprocessing to the graph's input {images[0].ShapeText}", $"{width} wide, {height} high");
        }

        if (width % 32 != 0 || height % 32 != 0)
        {
            throw new ModelFormatException(model.Name, "an input whose sides are multiples of 32", $"{width} wide, {height} high");
        }

        return new DetectorInputs(
            images[0].Name, [.. pairs.Select(p => p.Name)], width, height, shape[0] < 0 && pairs.All(p => p.Shape[0] < 0));
    }

    /// <summary>Rents the tensors of one run.</summary>
    public DetectorInput Rent(int count)
    {
        var tensors = new List<InputTensor> { InputTensor.Rent(_image, count, 3, Height, Width) };
        foreach (var name in _pairs)
        {
            var pair = InputTensor.Rent(name, count, 2);
            if (name.Contains("shape", StringComparison.OrdinalIgnoreCase))
            {
                for (var i = 0; i < count; i++)
                {
                    (pair.Values[2 * i], pair.Values[(2 * i) + 1]) = (Height, Width);
                }
            }
            else
            {
                pair.Values.Fill(1);
            }

            tensors.Add(pair);
        }

        return new DetectorInput(tensors, 3 * Height * Width);
    }
}

/// <summary>The tensors of one run, in pooled memory.</summary>
internal sealed class DetectorInput(IReadOnlyList<InputTensor> tensors, int length) : IDisposable
{
    /// <summary>The tensors, the images first.</summary>
    public IReadOnlyList<InputTensor> Tensors => tensors;

    /// <summary>Values of image <paramref name="index"/>, to be filled.</summary>
    public Span<float> Image(int index) => tensors[0].Values.Slice(index * length, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
