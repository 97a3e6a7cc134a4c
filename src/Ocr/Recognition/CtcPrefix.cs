namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>Probability of a prefix's alignments that end in a blank, and of those that end in its last key.</summary>
internal readonly record struct CtcMass(double Blank, double NonBlank)
{
    public double Total => Blank + NonBlank;

    public CtcMass Over(double sum) => new(Blank / sum, NonBlank / sum);
}

/// <summary>A text read so far, as a node of a tree, so that equal texts are one object.</summary>
internal sealed class CtcPrefix(CtcPrefix? parent, int key, int node)
{
    private readonly Dictionary<int, CtcPrefix> _longer = [];
    private int _column;
    private float _confidence;

    /// <summary>The text without its last key; null for the empty text.</summary>
    public CtcPrefix? Parent => parent;

    /// <summary>The last key.</summary>
    public int Key => key;

    /// <summary>Where the text stands in the lexicon.</summary>
    public int Node => node;

    /// <summary>The text with one more key, which the lexicon must allow.</summary>
    public CtcPrefix Grow(int next, Lexicon? lexicon)
    {
        if (!_longer.TryGetValue(next, out var longer))
        {
            longer = new CtcPrefix(this, next, lexicon?.Next(node, next) ?? Lexicon.Root);
            _longer.Add(next, longer);
        }

        return longer;
    }

    /// <summary>Remembers the time step at which the last key was surest.</summary>
    public void See(int column, float confidence)
    {
        if (confidence > _confidence)
        {
            (_column, _confidence) = (column, confidence);
        }
    }

    /// <summary>The keys from first to last.</summary>
    public IReadOnlyList<RecognizedToken> ToTokens(CharacterSet characters)
    {
        var tokens = new List<RecognizedToken>();
        for (var prefix = this; prefix.Parent is not null; prefix = prefix.Parent)
        {
            tokens.Add(new RecognizedToken(characters[prefix.Key], prefix._column, prefix._confidence));
        }

        tokens.Reverse();
        return tokens;
    }
}
