namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>How <see cref="CtcBeamDecoder"/> searches.</summary>
public sealed record CtcBeamOptions
{
    /// <summary>Prefixes kept after every time step, at least 1.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Classes below this probability are not followed.</summary>
    public float MinProbability { get; init; } = 1e-3f;

    /// <summary>Texts that may be read; null allows any.</summary>
    public Lexicon? Lexicon { get; init; }
}

/// <summary>
/// CTC prefix beam search: sums the probability of all alignments of a text instead of following the single best one
/// (specification of OCR, section 6.4). Immutable and safe to share between threads.
/// </summary>
public sealed class CtcBeamDecoder(CharacterSet characters, CtcBeamOptions options)
{
    /// <summary>Reads one line.</summary>
    /// <param name="probabilities">Softmax output [T, classes], row-major.</param>
    /// <returns>The tokens of the best text; none where a lexicon allows nothing that was seen.</returns>
    public List<RecognizedToken> Decode(ReadOnlySpan<float> probabilities)
    {
        var classes = characters.Count;
        var beams = new List<(Prefix Prefix, Mass Mass)> { (new Prefix(null, CharacterSet.Blank, Lexicon.Root), new Mass(1, 0)) };
        var candidates = new List<int>();
        for (var t = 0; t < probabilities.Length / classes; t++)
        {
            var row = probabilities.Slice(t * classes, classes);
            candidates.Clear();
            for (var c = 1; c < classes; c++)
            {
                if (row[c] >= options.MinProbability)
                {
                    candidates.Add(c);
                }
            }

            beams = Step(beams, row, candidates, t);
        }

        var best = beams.FirstOrDefault(b => options.Lexicon is not { } lexicon || lexicon.IsEnd(b.Prefix.Node)).Prefix;
        return best?.ToTokens(characters) ?? [];
    }

    private List<(Prefix Prefix, Mass Mass)> Step(
        List<(Prefix Prefix, Mass Mass)> beams, ReadOnlySpan<float> row, List<int> candidates, int column)
    {
        var next = new Dictionary<Prefix, Mass>();
        foreach (var (prefix, mass) in beams)
        {
            var repeated = prefix.Parent is null ? 0 : mass.NonBlank * row[prefix.Key];
            Add(next, prefix, new Mass(mass.Total * row[CharacterSet.Blank], repeated));
            foreach (var key in candidates)
            {
                // The same key twice needs a blank between.
                var grown = (key == prefix.Key ? mass.Blank : mass.Total) * row[key];
                if (grown > 0 && prefix.Grow(key, options.Lexicon) is { } longer)
                {
                    longer.See(column, row[key]);
                    Add(next, longer, new Mass(0, grown));
                }
            }
        }

        var kept = next.OrderByDescending(b => b.Value.Total).Take(Math.Max(1, options.Width)).ToList();
        var sum = kept.Sum(b => b.Value.Total);
        return [.. kept.Select(b => (b.Key, sum > 0 ? new Mass(b.Value.Blank / sum, b.Value.NonBlank / sum) : b.Value))];
    }

    private static void Add(Dictionary<Prefix, Mass> beams, Prefix prefix, Mass mass)
    {
        beams.TryGetValue(prefix, out var old);
        beams[prefix] = new Mass(old.Blank + mass.Blank, old.NonBlank + mass.NonBlank);
    }

    /// <summary>Probability of a prefix's alignments that end in a blank, and of those that end in its last key.</summary>
    private readonly record struct Mass(double Blank, double NonBlank)
    {
        public double Total => Blank + NonBlank;
    }

    /// <summary>A text read so far, as a node of a tree, so that equal texts are one object.</summary>
    private sealed class Prefix(Prefix? parent, int key, int node)
    {
        private readonly Dictionary<int, Prefix> _longer = [];
        private int _column;
        private float _confidence;

        public Prefix? Parent => parent;

        public int Key => key;

        public int Node => node;

        public Prefix? Grow(int next, Lexicon? lexicon)
        {
            var at = Lexicon.Root;
            if (lexicon is not null && !lexicon.TryStep(node, next, out at))
            {
                return null;
            }

            if (!_longer.TryGetValue(next, out var longer))
            {
                longer = new Prefix(this, next, at);
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

        public List<RecognizedToken> ToTokens(CharacterSet characters)
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
}
