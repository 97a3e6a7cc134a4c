using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>A network whose only input is an image, together with the preprocessing of its manifest. Immutable and safe to share between threads.</summary>
public sealed class ImageModel : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;

    private ImageModel(OnnxModel model, ModelManifest manifest, Preprocess preprocess)
    {
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        Manifest = manifest;
    }

    /// <summary>Name for messages.</summary>
    public string Name => _model.Name;

    /// <summary>How the model is used.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>How an image becomes the input.</summary>
    public Preprocess Preprocess => _preprocessor.Spec;

    /// <summary>The graph's outputs in order.</summary>
    public IReadOnlyList<TensorInfo> Outputs => _model.Outputs;

    /// <summary>The operator that computes each output.</summary>
    public IReadOnlyList<string> OutputOperators => _model.OutputOperators;

    /// <summary>Whether several images can go through in one run.</summary>
    public bool CanBatch => _model.Inputs[0].Shape[0] < 0 && Preprocess.Size.TensorSize is not null;

    /// <summary>Loads a model.</summary>
    /// <param name="file">From the catalogue or from memory.</param>
    /// <param name="runtime">Threads, provider, shape policy.</param>
    /// <param name="preprocess">Replaces the preprocessing of the manifest.</param>
    /// <exception cref="ModelFormatException">Graph and manifest do not fit each other.</exception>
    public static ImageModel Load(ModelFile file, RuntimeOptions? runtime = null, Preprocess? preprocess = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var name = file.Manifest.Name;
        preprocess ??= file.Manifest.Preprocess ?? throw new ModelFormatException(name, "a manifest with preprocessing", "none");
        runtime ??= RuntimeOptions.Default;
        var model = OnnxModel.Load(file, runtime with { FixedShape = runtime.FixedShape ?? preprocess.Size.TensorSize is not null });
        try
        {
            Check(model, preprocess);
            return new ImageModel(model, file.Manifest, preprocess);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Runs one image.</summary>
    /// <param name="image">Any size and format.</param>
    /// <param name="timings">Receives the time of preprocessing and run.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ModelOutputs Run(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var plan = _preprocessor.Plan(image.Width, image.Height);
        using var input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
        _preprocessor.Run(image, plan, input.Values);
        return Run(input, start, out timings, cancellationToken);
    }

    /// <summary>Runs several images at once; the first dimension of every output counts them.</summary>
    /// <exception cref="InvalidOperationException"><see cref="CanBatch"/> is false.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ModelOutputs Run(IReadOnlyList<PixelBuffer> images, out StageTimings timings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfZero(images.Count, nameof(images));
        if (!CanBatch || Preprocess.Size.TensorSize is not var (width, height))
        {
            throw new InvalidOperationException($"'{Name}' takes one image a run.");
        }

        var start = Stopwatch.GetTimestamp();
        using var input = InputTensor.Rent(images.Count, 3, height, width);
        var length = 3 * height * width;
        for (var i = 0; i < images.Count; i++)
        {
            var plan = _preprocessor.Plan(images[i].Width, images[i].Height);
            _preprocessor.Run(images[i], plan, input.Values.Slice(i * length, length));
        }

        return Run(input, start, out timings, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private ModelOutputs Run(InputTensor input, long start, out StageTimings timings, CancellationToken cancellationToken)
    {
        var prepared = Stopwatch.GetElapsedTime(start);
        var outputs = _model.Run(input, cancellationToken);
        timings = new StageTimings(0, prepared.TotalMilliseconds, outputs.Elapsed.TotalMilliseconds, 0);
        return outputs;
    }

    private static void Check(OnnxModel model, Preprocess preprocess)
    {
        var size = preprocess.Size.TensorSize;
        var expected = size is var (w, h) ? $"one input that takes [N,3,{h},{w}] as the manifest prepares it" : "one input [N,3,H,W]";
        if (model.Inputs is not [{ Shape: [_, var channels, var height, var width] }]
            || !Fits(channels, 3) || !Fits(height, size?.Height) || !Fits(width, size?.Width))
        {
            throw new ModelFormatException(model.Name, expected, string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.ShapeText}")));
        }
    }

    private static bool Fits(int dimension, int? wanted) => dimension < 0 || wanted is null || dimension == wanted;
}
