using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>Reads straightened text lines (CTC). Immutable and safe to share between threads.</summary>
/// <remarks>
/// Every line runs at its own width (at least the manifest's smallest, as the networks were trained), never padded to a
/// neighbour's: what is read in a line does not depend on the lines around it.
/// </remarks>
public sealed class TextRecognizer : IDisposable
{
    private readonly OnnxModel _model;
    private readonly Preprocessor _preprocessor;

    private TextRecognizer(OnnxModel model, Preprocessor preprocessor, CharacterSet characters)
    {
        _model = model;
        _preprocessor = preprocessor;
        Characters = characters;
    }

    /// <summary>Name of the model.</summary>
    public string Name => _model.Name;

    /// <summary>The output classes.</summary>
    public CharacterSet Characters { get; }

    /// <summary>Loads a recogniser by name or path.</summary>
    /// <param name="nameOrPath">For example <c>ppocr-v6-small-rec</c>.</param>
    /// <param name="runtime">Threads and provider.</param>
    /// <param name="dictionary">Replaces the model's dictionary, one key a line.</param>
    /// <exception cref="ModelFormatException">No such model, or model, manifest and dictionary do not fit each other.</exception>
    public static TextRecognizer Load(string nameOrPath, RuntimeOptions? runtime = null, IReadOnlyList<string>? dictionary = null)
    {
        var file = ModelCatalog.Default.Find(nameOrPath);
        var name = file.Manifest.Name;
        var preprocess = file.Manifest.Preprocess ?? throw new ModelFormatException(name, "a manifest with preprocessing", "none");
        if (preprocess.Size is not FixedHeightRule)
        {
            throw new ModelFormatException(name, "the size rule 'fixed-height'", preprocess.Size.GetType().Name);
        }

        var model = OnnxModel.Load(file.ReadAllBytes(), file.Manifest.Name, OcrRuntime.For(runtime));
        try
        {
            if (model.Outputs.Count < 1 || model.Outputs[0].Shape is not [_, _, > 2 and var classes])
            {
                throw new ModelFormatException(name, "an output [N,T,classes]", string.Join(", ", model.Outputs.Select(o => o.ShapeText)));
            }

            var lines = dictionary ?? (file.Manifest.LabelFile.Length > 0 || file.Manifest.Labels.Count > 0 ? file.ReadLabels()
                : model.Metadata.TryGetValue("character", out var text) ? CharacterSet.SplitLines(text)
                : throw new ModelFormatException(name, "a dictionary in a label file or in the metadata 'character'", "neither"));
            return new TextRecognizer(model, new Preprocessor(preprocess), CharacterSet.Create(name, lines, classes));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">The straightened line, any size and format.</param>
    /// <param name="beam">Searches by beam, with a lexicon if it has one; null decodes greedily.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public RecognizedLine Recognize(PixelView line, CtcBeamOptions? beam = null, CancellationToken cancellationToken = default) =>
        Recognize(line, out _, beam, cancellationToken);

    /// <summary>Reads one line and tells where the time went.</summary>
    public RecognizedLine Recognize(
        PixelView line, out StageTimings timings, CtcBeamOptions? beam = null, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var plan = _preprocessor.Plan(line.Width, line.Height);
        using var input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
        _preprocessor.Run(line, plan, input.Values);
        var prepared = Stopwatch.GetTimestamp();
        using var outputs = _model.Run(input, cancellationToken);
        var ran = Stopwatch.GetTimestamp();
        var probabilities = outputs.Floats();
        IReadOnlyList<RecognizedToken> tokens = beam is null
            ? CtcGreedyDecoder.Decode(probabilities, Characters)
            : new CtcBeamDecoder(Characters, beam).Decode(probabilities);
        tokens = SpaceEvidence.Fill(tokens, probabilities, Characters.Count);
        var columns = probabilities.Length / Characters.Count * (float)plan.WindowWidth / plan.TensorWidth;
        timings = new StageTimings(
            0,
            Stopwatch.GetElapsedTime(start, prepared).TotalMilliseconds,
            Stopwatch.GetElapsedTime(prepared, ran).TotalMilliseconds,
            Stopwatch.GetElapsedTime(ran).TotalMilliseconds);
        return RecognizedLine.FromTokens(tokens, columns);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
