using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// A network that takes images, together with the preprocessing of its manifest: the first two of the three steps of every
/// prediction, prepare and run. Immutable and safe to share between threads.
/// </summary>
public sealed class ImageModel : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;
    private readonly InputBinding _inputs;
    private readonly Lazy<IReadOnlyList<string>> _labels;

    private ImageModel(OnnxModel model, ModelFile file, Preprocess preprocess)
    {
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        _inputs = InputBinding.Bind(model, preprocess.Size);
        File = file;
        _labels = new(file.ReadLabels);
    }

    /// <summary>Name for messages.</summary>
    public string Name => _model.Name;

    /// <summary>The file that was loaded.</summary>
    public ModelFile File { get; }

    /// <summary>How the model is used.</summary>
    public ModelManifest Manifest => File.Manifest;

    /// <summary>Labels or dictionary keys of the file, read when they are first asked for; empty where it has none.</summary>
    /// <exception cref="ModelFormatException">The label file is missing.</exception>
    public IReadOnlyList<string> Labels => _labels.Value;

    /// <summary>How an image becomes the input.</summary>
    public Preprocess Preprocess => _preprocessor.Spec;

    /// <summary>The graph's outputs in order.</summary>
    public IReadOnlyList<TensorInfo> Outputs => _model.Outputs;

    /// <summary>Whether several images can go through in one run.</summary>
    public bool CanBatch => _inputs.TakesBatches && Preprocess.Size.TensorSize is not null;

    /// <summary>Whether the graph takes inputs of any height and width.</summary>
    public bool TakesAnySize => _inputs.TakesAnySize;

    /// <summary>Loads a model.</summary>
    /// <param name="file">From the catalog or from memory.</param>
    /// <param name="options">Runtime, kinds of networks, preprocessing.</param>
    /// <exception cref="ModelFormatException">Graph and manifest do not match.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static ImageModel Load(ModelFile file, ModelOptions? options = null) => Load(file, options, plan: null);

    /// <summary>Loads a model for runs of which the caller knows something.</summary>
    internal static ImageModel Load(ModelFile file, ModelOptions? options, LoadPlan? plan)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new ModelOptions();
        options.Validate();
        plan ??= LoadPlan.Default;
        var preprocess = options.Preprocess ?? file.Manifest.Preprocess
            ?? throw new ModelFormatException(file.Manifest.Name, "a manifest with preprocessing", "none");
        CheckPreprocess(preprocess, file.Manifest.Name);
        var size = plan.OneSize ? preprocess.Size.TensorSize : null;
        var runtime = options.Runtime with { FixedShape = options.Runtime.FixedShape ?? size is not null };
        var graph = ModelGraph.Bytes(file, options.Kinds, preprocess, plan);
        var model = OnnxModel.Load(graph, file.Manifest.Name, runtime);
        try
        {
            return new ImageModel(model, file, preprocess);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What a head of this model is bound to.</summary>
    public HeadBinding Binding() => new()
    {
        Model = Name,
        Manifest = Manifest,
        Outputs = _model.Outputs,
        Operators = _model.OutputOperators,
        Preprocess = Preprocess,
        LabelsOfFile = _labels,
        Metadata = _model.Metadata,
    };

    /// <summary>Step one: an image becomes the tensors of a run, in pooled memory. Dispose it after the run.</summary>
    internal PreparedImages Prepare(PixelView image) => Prepare(image, _preprocessor.Plan(image.Width, image.Height));

    /// <summary>Step one by a plan of the caller's, for a part of an image or another size.</summary>
    /// <exception cref="ArgumentException">The plan is one for an image of another size.</exception>
    internal PreparedImages Prepare(PixelView image, in ResizePlan plan)
    {
        var prepared = _inputs.Rent(1, plan.TensorWidth, plan.TensorHeight);
        _preprocessor.Run(image, plan, prepared.Image(0));
        prepared.Add(plan);
        return prepared;
    }

    /// <summary>Step one for several images, which must all get the same size.</summary>
    /// <exception cref="InvalidOperationException"><see cref="CanBatch"/> is false and there is more than one image.</exception>
    internal PreparedImages Prepare(ReadOnlySpan<PixelBuffer> images)
    {
        if (images.Length == 1)
        {
            return Prepare(images[0].View);
        }

        if (!CanBatch || Preprocess.Size.TensorSize is not var (width, height))
        {
            throw new InvalidOperationException($"'{Name}' takes one image per run.");
        }

        var prepared = _inputs.Rent(images.Length, width, height);
        for (var i = 0; i < images.Length; i++)
        {
            var plan = _preprocessor.Plan(images[i].Width, images[i].Height);
            _preprocessor.Run(images[i], plan, prepared.Image(i));
            prepared.Add(plan);
        }

        return prepared;
    }

    /// <summary>Step two: runs the graph. The first dimension of every output counts the images.</summary>
    /// <exception cref="OperationCanceledException">The token was canceled; the run stops early.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal ModelOutputs Run(PreparedImages images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return _model.Run(images.Tensors, cancellationToken);
    }

    /// <summary>Runs the graph on a tensor that the caller prepared, for graphs with one input.</summary>
    /// <inheritdoc cref="Run(PreparedImages, CancellationToken)"/>
    internal ModelOutputs Run(InputTensor images, CancellationToken cancellationToken = default) => _model.Run(images, cancellationToken);

    /// <summary>Another owner of the same session, for a view with other options; the session ends with its last owner.</summary>
    public ImageModel Share()
    {
        _model.AddOwner();
        return this;
    }

    /// <summary>Gives up one ownership. Runs that are under way finish; new ones are refused once no owner is left.</summary>
    public void Dispose() => _model.Dispose();

    private static void CheckPreprocess(Preprocess preprocess, string model)
    {
        try
        {
            preprocess.Validate();
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException(model, "preprocessing that can be carried out", e.Message, e);
        }
    }
}
