using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// One backbone under several heads: one pass over an image, one typed answer from each head. Immutable and safe to share
/// between threads.
/// </summary>
/// <example><code>
/// using var model = MultiHeadModel.Load();
/// var classes = model.Bind("classification", ClassificationHead.Bind);
/// using var pass = model.Run("photo.jpg");
/// var top = pass.Read(classes, new ClassificationOptions { Top = 3 });
/// </code></example>
public sealed class MultiHeadModel : IDisposable
{
    /// <summary>The model that ships: classes, boxes, mask and embedding.</summary>
    public const string DefaultModel = "pplcnet-x1.0-heads";

    private readonly ImageModel _model;
    private readonly ModelOptions _options;

    private MultiHeadModel(ImageModel model, ModelFile file, IReadOnlyList<HeadRequest> heads, ModelOptions options)
    {
        File = file;
        _model = model;
        _options = options;
        Heads = heads;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>How the model is used.</summary>
    public ModelManifest Manifest => _model.Manifest;

    /// <summary>The file that was loaded, without the heads that were added to it.</summary>
    public ModelFile File { get; }

    /// <summary>The heads in the graph, in the manifest's order.</summary>
    public IReadOnlyList<HeadRequest> Heads { get; }

    /// <summary>Loads a model of kind <c>pplcnet-heads</c>.</summary>
    /// <param name="model">A name, a path, a stream or bytes; <c>default</c> is <see cref="DefaultModel"/>.</param>
    /// <param name="kinds">Kinds of the heads to build (<c>classification</c>, <c>embedding</c>, <c>picodet</c>,
    /// <c>deeplabv3p</c>); null builds all.</param>
    /// <param name="options">Threads, catalog, manifest.</param>
    /// <param name="added">Models with heads that were trained on this model's backbone; their heads join the same pass, under
    /// the names of their files.</param>
    /// <exception cref="ModelNotFoundException">A model was not found.</exception>
    /// <exception cref="ModelFormatException">A model does not fit its manifest, does not stretch the whole image to one
    /// size, or an added head belongs to another backbone.</exception>
    public static MultiHeadModel Load(
        ModelSource model = default, IReadOnlySet<string>? kinds = null, ModelOptions? options = null, IReadOnlyList<ModelSource>? added = null)
    {
        options ??= new ModelOptions();
        var own = model.Find(DefaultModel, options, "analysis");
        var file = added is { Count: > 0 } ? AddedHeads.Join(own, [.. added.Select(a => a.Find("", options))]) : own;
        var heads = MultiHeadKind.HeadsOf(file.Manifest.Name, file.Manifest.Network)
            .Where(h => kinds is null || kinds.Contains(h.Kind) || h.IsAdded).ToList();
        if ((options.Preprocess ?? file.Manifest.Preprocess)?.Size is not StretchRule)
        {
            throw new ModelFormatException(
                file.Manifest.Name, "preprocessing that stretches the whole image", file.Manifest.Preprocess?.Size.GetType().Name ?? "none");
        }

        var plan = new LoadPlan { OneImage = true, Outputs = heads.Select(h => h.Output).ToHashSet() };
        return new MultiHeadModel(ImageModel.Load(file, options, plan), own, heads, options);
    }

    /// <summary>The first head of a kind; null where the graph has none.</summary>
    public HeadRequest? Find(string kind) => Heads.FirstOrDefault(h => h.Kind == kind);

    /// <summary>Binds a head of this model.</summary>
    /// <param name="kind">Its kind in the manifest, for example <c>picodet</c>.</param>
    /// <param name="bind">The head's own <c>Bind</c>.</param>
    /// <exception cref="ModelFormatException">The head does not exist, or outputs, labels and settings do not match.</exception>
    public THead Bind<THead>(string kind, Func<HeadBinding, THead> bind)
    {
        var request = Find(kind)
            ?? throw new ModelFormatException(Name, $"a head of kind '{kind}'", string.Join(", ", Heads.Select(h => $"{h.Output} ({h.Kind})")));
        return Bind(request, bind);
    }

    /// <summary>Binds one of <see cref="Heads"/>, where several are of a kind.</summary>
    /// <param name="head">The head.</param>
    /// <param name="bind">The head's own <c>Bind</c>.</param>
    /// <exception cref="ModelFormatException">Outputs, labels and settings do not match.</exception>
    public THead Bind<THead>(HeadRequest head, Func<HeadBinding, THead> bind)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(bind);
        return bind(_model.Binding() with { Request = head });
    }

    /// <summary>One pass over an image. Dispose the answer after its heads are read.</summary>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public MultiHeadPass Run(ImageSource image, CancellationToken cancellationToken = default)
    {
        using var activity = VisionTelemetry.StartPrediction(Manifest);
        var pixels = image.Open(out var decode, _options.ImageLimits);
        return MultiHeadPass.Run(_model, pixels, decode, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
