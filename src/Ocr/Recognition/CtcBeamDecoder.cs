namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>
/// CTC prefix beam search: sums the probability of all alignments of a text instead of following the single best one.
/// Immutable and safe to share between threads.
/// </summary>
internal sealed class CtcBeamDecoder
{
    private readonly CharacterSet _characters;
    private readonly CtcBeamOptions _options;

    /// <summary>Prepares for one dictionary.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive or the probability outside 0 to 1.</exception>
    public CtcBeamDecoder(CharacterSet characters, CtcBeamOptions options)
    {
        ArgumentNullException.ThrowIfNull(characters);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MinProbability, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MinProbability, 1, nameof(options));
        _characters = characters;
        _options = options;
    }

    /// <summary>Reads one line.</summary>
    /// <param name="probabilities">Softmax output [T, classes], row-major.</param>
    /// <returns>The tokens of the best text; none where a lexicon allows nothing that was seen.</returns>
    public IReadOnlyList<RecognizedToken> Decode(ReadOnlySpan<float> probabilities) =>
        _options is { Width: 1, Lexicon: null }
            ? CtcGreedyDecoder.Decode(probabilities, _characters)
            : Search(probabilities) is [var best, ..] ? best.Tokens : [];

    /// <summary>The texts that were kept, best first.</summary>
    /// <param name="probabilities">Softmax output [T, classes], row-major.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the number of classes.</exception>
    public IReadOnlyList<CtcHypothesis> Search(ReadOnlySpan<float> probabilities)
    {
        var classes = _characters.Count;
        if (probabilities.Length % classes != 0)
        {
            throw new ArgumentException($"Expected a multiple of {classes} values, found {probabilities.Length}.", nameof(probabilities));
        }

        var beams = new List<CtcBeam> { new(new CtcPrefix(null, CharacterSet.Blank, Lexicon.Root), new CtcMass(1, 0)) };
        var candidates = new List<int>();
        for (var t = 0; t < probabilities.Length / classes; t++)
        {
            var row = probabilities.Slice(t * classes, classes);
            if (_options.Lexicon is null)
            {
                Candidates(row, candidates);
            }

            beams = Keep(Step(beams, row, candidates, t));
        }

        var allowed = beams.Where(b => IsAllowed(b.Prefix)).OrderByDescending(b => b.Mass.Total).ToList();
        var sum = allowed.Sum(b => b.Mass.Total);
        return [.. allowed.Where(b => b.Mass.Total > 0).Select(b => new CtcHypothesis(b.Prefix.ToTokens(_characters), b.Mass.Total / sum))];
    }

    private void Candidates(ReadOnlySpan<float> row, List<int> candidates)
    {
        candidates.Clear();
        for (var c = 1; c < row.Length; c++)
        {
            if (row[c] >= _options.MinProbability)
            {
                candidates.Add(c);
            }
        }
    }

    private Dictionary<CtcPrefix, CtcMass> Step(List<CtcBeam> beams, ReadOnlySpan<float> row, List<int> candidates, int column)
    {
        var next = new Dictionary<CtcPrefix, CtcMass>();
        foreach (var (prefix, mass) in beams)
        {
            var repeated = prefix.Parent is null ? 0 : mass.NonBlank * row[prefix.Key];
            Add(next, prefix, new CtcMass(mass.Total * row[CharacterSet.Blank], repeated));
            foreach (var key in _options.Lexicon is { } lexicon ? lexicon.KeysAfter(prefix.Node) : candidates)
            {
                // The same key twice needs a blank between.
                var grown = (key == prefix.Key ? mass.Blank : mass.Total) * row[key];
                if (grown > 0)
                {
                    var longer = prefix.Grow(key, _options.Lexicon);
                    longer.See(column, row[key]);
                    Add(next, longer, new CtcMass(0, grown));
                }
            }
        }

        return next;
    }

    /// <summary>
    /// The likeliest prefixes; of a lexicon's whole texts as many again, so that none is lost to mere beginnings.
    /// </summary>
    private List<CtcBeam> Keep(Dictionary<CtcPrefix, CtcMass> all)
    {
        var sorted = all.Select(b => new CtcBeam(b.Key, b.Value)).OrderByDescending(b => b.Mass.Total).ToList();
        var kept = sorted.Take(_options.Width).ToList();
        if (_options.Lexicon is not null)
        {
            kept.AddRange(sorted.Skip(_options.Width).Where(b => IsAllowed(b.Prefix)).Take(_options.Width));
        }

        // Only ratios matter; scaling keeps long lines from running out of exponent.
        var sum = kept.Sum(b => b.Mass.Total);
        return sum > 0 ? [.. kept.Select(b => b with { Mass = b.Mass.Over(sum) })] : kept;
    }

    private bool IsAllowed(CtcPrefix prefix) => _options.Lexicon is not { } lexicon || lexicon.IsEnd(prefix.Node);

    private static void Add(Dictionary<CtcPrefix, CtcMass> beams, CtcPrefix prefix, CtcMass mass)
    {
        beams.TryGetValue(prefix, out var old);
        beams[prefix] = new CtcMass(old.Blank + mass.Blank, old.NonBlank + mass.NonBlank);
    }

    private readonly record struct CtcBeam(CtcPrefix Prefix, CtcMass Mass);
}
