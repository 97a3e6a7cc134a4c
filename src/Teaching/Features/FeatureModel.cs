using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Teaching.Features;

/// <summary>
/// A frozen network that turns views of an image into vectors. Immutable and safe to share between threads.
/// </summary>
internal sealed class FeatureModel : IDisposable
{
    private readonly OnnxModel _model;
    private readonly ViewTensors _tensors;
    private readonly (int Width, int Height) _size;
    private readonly int _output;

    /// <summary>Takes over a loaded graph.</summary>
    /// <param name="model">A graph with one image as input.</param>
    /// <param name="output">Its output with vectors, [N, D].</param>
    /// <param name="preprocess">How an image becomes the input.</param>
    /// <exception cref="ModelFormatException">The preprocessing leaves the size open.</exception>
    public FeatureModel(OnnxModel model, int output, Preprocess preprocess)
    {
        _model = model;
        _output = output;
        _tensors = new ViewTensors(preprocess);
        _size = preprocess.Size.TensorSize
            ?? throw new ModelFormatException(model.Name, "preprocessing to one size", preprocess.Size.GetType().Name);
        Dimensions = (int)model.Outputs[output].Shape[1];
    }

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>The vectors of several views of one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="views">The views.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>[views, D], row-major.</returns>
    /// <exception cref="ModelFormatException">A value is not finite.</exception>
    public float[] Extract(PixelView image, IReadOnlyList<ImageView> views, CancellationToken cancellationToken)
    {
        // One view a run: batches are no faster on a core, and graphs of one image are accepted, too.
        var vectors = new float[views.Count * Dimensions];
        using var input = InputTensor.Rent(1, 3, _size.Height, _size.Width);
        for (var v = 0; v < views.Count; v++)
        {
            _tensors.Write(image, views[v], input.Values);
            using var outputs = _model.Run(input, cancellationToken);
            outputs.Floats(_output)[..Dimensions].CopyTo(vectors.AsSpan(v * Dimensions));
        }

        return Array.TrueForAll(vectors, float.IsFinite)
            ? vectors
            : throw new ModelFormatException(_model.Name, "features that are numbers", "NaN or infinity: the weights are corrupt");
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
