using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// Reads a text line out of class probabilities [N, T, classes] (CTC). Immutable and safe to share between threads.
/// </summary>
internal sealed class RecognitionHead : IHead<RecognitionOptions, RecognizedLine>
{
    private RecognitionHead(CharacterSet characters) => Characters = characters;

    /// <summary>The output classes.</summary>
    public CharacterSet Characters { get; }

    /// <summary>Binds to the graph's first output and its dictionary.</summary>
    /// <param name="binding">The graph.</param>
    /// <param name="dictionary">Replaces the model's dictionary, one key a line.</param>
    /// <exception cref="ModelFormatException">Output, dictionary and preprocessing do not fit each other.</exception>
    public static RecognitionHead Bind(HeadBinding binding, IReadOnlyList<string>? dictionary = null)
    {
        ArgumentNullException.ThrowIfNull(binding);
        if (binding.Preprocess.Size is not FixedHeightRule)
        {
            throw binding.Mismatch("the size rule 'fixed-height'", binding.Preprocess.Size.GetType().Name);
        }

        if (binding.Outputs.Count < 1 || binding.Outputs[0].Shape is not [_, _, > 2 and var classes])
        {
            throw binding.Mismatch("an output [N,T,classes]");
        }

        var lines = dictionary ?? (binding.Labels.Count > 0 ? binding.Labels
            : binding.Metadata.TryGetValue("character", out var text) ? CharacterSet.SplitLines(text)
            : throw binding.Mismatch("a dictionary in a label file or in the metadata 'character'", "neither"));
        return new RecognitionHead(CharacterSet.Create(binding.Model, lines, classes));
    }

    /// <inheritdoc/>
    public RecognizedLine Read(in HeadInput run, RecognitionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var probabilities = run.Outputs.Floats();
        IReadOnlyList<RecognizedToken> tokens = options.Beam is null
            ? CtcGreedyDecoder.Decode(probabilities, Characters)
            : new CtcBeamDecoder(Characters, options.Beam).Decode(probabilities);
        tokens = SpaceEvidence.Fill(tokens, probabilities, Characters.Count);
        var columns = probabilities.Length / Characters.Count * (float)run.Plan.WindowWidth / run.Plan.TensorWidth;
        return RecognizedLine.FromTokens(tokens, columns);
    }
}
