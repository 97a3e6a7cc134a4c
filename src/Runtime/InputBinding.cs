using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// The graph's inputs, bound by shape: images [N,3,H,W] and, in some detectors' exports, [N,2] scale factors or sizes. Scale
/// factors are given as 1, so that every export answers in input pixels and one mapping back serves all; suppression does not
/// depend on them.
/// </summary>
internal sealed class InputBinding
{
    private readonly string _images;
    private readonly IReadOnlyList<string> _pairs;

    private InputBinding(string images, IReadOnlyList<string> pairs, bool takesBatches, bool takesAnySize)
    {
        _images = images;
        _pairs = pairs;
        TakesBatches = takesBatches;
        TakesAnySize = takesAnySize;
    }

    /// <summary>Whether the first dimension may change.</summary>
    public bool TakesBatches { get; }

    /// <summary>Whether height and width may change.</summary>
    public bool TakesAnySize { get; }

    /// <summary>Binds, and checks against the preprocessing.</summary>
    /// <exception cref="ModelFormatException">The graph does not take images, or takes another size.</exception>
    public static InputBinding Bind(OnnxModel model, SizeRule rule)
    {
        var images = model.Inputs.Where(i => i.Shape is [_, 3 or -1, _, _]).ToList();
        var pairs = model.Inputs.Where(i => i.Shape is [_, 2 or -1]).ToList();
        var size = rule.TensorSize;
        if (images.Count != 1 || images.Count + pairs.Count != model.Inputs.Count
            || images[0].Shape is not [var batch, _, var height, var width]
            || !Fits(height, size?.Height) || !Fits(width, size?.Width))
        {
            var expected = size is var (w, h) ? $"one input that takes [N,3,{h},{w}] as the manifest prepares it" : "one input [N,3,H,W]";
            throw new ModelFormatException(
                model.Name, $"{expected}, and at most scale factors [N,2]", string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.ShapeText}")));
        }

        return new InputBinding(
            images[0].Name,
            [.. pairs.Select(p => p.Name)],
            batch < 0 && pairs.All(p => p.Shape[0] < 0),
            height < 0 && width < 0);
    }

    /// <summary>Rents the tensors of one run.</summary>
    public PreparedImages Rent(int count, int width, int height)
    {
        var tensors = new InputTensor[1 + _pairs.Count];
        tensors[0] = InputTensor.Rent(_images, count, 3, height, width);
        for (var i = 0; i < _pairs.Count; i++)
        {
            var pair = tensors[i + 1] = InputTensor.Rent(_pairs[i], count, 2);
            if (_pairs[i].Contains("shape", StringComparison.OrdinalIgnoreCase))
            {
                for (var n = 0; n < count; n++)
                {
                    (pair.Values[2 * n], pair.Values[(2 * n) + 1]) = (height, width);
                }
            }
            else
            {
                pair.Values.Fill(1);
            }
        }

        return new PreparedImages(tensors, 3 * height * width);
    }

    private static bool Fits(int dimension, int? wanted) => dimension < 0 || wanted is null || dimension == wanted;
}
