using System.Numerics.Tensors;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Runtime;

namespace PPLCNet.Vision.Ocr.Orientation;

/// <summary>How far a page or line is turned clockwise, and how sure that is.</summary>
/// <param name="Degrees">0, 90, 180 or 270.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public readonly record struct TurnedBy(int Degrees, float Score);

/// <summary>Tells how far a page (0, 90, 180, 270) or a text line (0, 180) is turned. Immutable and safe to share between threads.</summary>
public sealed class OrientationClassifier : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;
    private readonly int[] _degrees;

    private OrientationClassifier(OnnxModel model, Preprocess preprocess, int[] degrees)
    {
        _model = model;
        _preprocessor = new Preprocessor(preprocess);
        _degrees = degrees;
    }

    /// <summary>Loads a classifier by name or path, for example <c>pplcnet-x1.0-doc-ori</c> or <c>ppocr-cls-v2</c>.</summary>
    /// <exception cref="ModelFormatException">No such model, or its labels are no angles, or it does not fit.</exception>
    public static OrientationClassifier Load(string nameOrPath, RuntimeOptions? runtime = null)
    {
        var file = ModelCatalog.Default.Find(nameOrPath);
        var name = file.Manifest.Name;
        var preprocess = file.Manifest.Preprocess ?? throw new ModelFormatException(name, "a manifest with preprocessing", "none");
        var labels = file.ReadLabels();
        if (labels.Count == 0 || labels.Any(l => l is not ("0" or "90" or "180" or "270")))
        {
            throw new ModelFormatException(name, "the labels 0, 90, 180, 270", string.Join(", ", labels));
        }

        var model = OnnxModel.Load(file.ReadAllBytes(), name, runtime);
        if (model.Outputs[0].Shape is not [_, var classes] || (classes > 0 && classes != labels.Count))
        {
            var found = model.Outputs[0].ShapeText;
            model.Dispose();
            throw new ModelFormatException(name, $"an output [N,{labels.Count}]", found);
        }

        return new OrientationClassifier(model, preprocess, [.. labels.Select(int.Parse)]);
    }

    /// <summary>Classifies one page or line.</summary>
    public TurnedBy Classify(PixelView picture, CancellationToken cancellationToken = default)
    {
        var plan = _preprocessor.Plan(picture.Width, picture.Height);
        using var input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
        _preprocessor.Run(picture, plan, input.Values);
        using var outputs = _model.Run(input, cancellationToken);
        var scores = outputs.Floats();
        var best = TensorPrimitives.IndexOfMax(scores);
        return new TurnedBy(_degrees[best], scores[best]);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
