namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>A list of allowed texts as a trie over dictionary classes, for <see cref="CtcBeamDecoder"/>. Immutable.</summary>
public sealed class Lexicon
{
    private readonly List<Dictionary<int, int>> _children = [[]];
    private readonly List<bool> _isEnd = [false];

    private Lexicon()
    {
    }

    /// <summary>Number of texts.</summary>
    public int Count { get; private set; }

    internal static int Root => 0;

    /// <summary>Builds the trie; texts with characters that the dictionary lacks cannot be read and are refused.</summary>
    /// <exception cref="ArgumentException">A text has a character that is no dictionary key, or the list is empty.</exception>
    public static Lexicon Create(IEnumerable<string> texts, CharacterSet characters)
    {
        ArgumentNullException.ThrowIfNull(characters);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 1; i < characters.Count; i++)
        {
            index.TryAdd(characters[i], i);
        }

        var lexicon = new Lexicon();
        foreach (var text in texts.Where(t => t.Length > 0))
        {
            lexicon.Add([.. text.EnumerateRunes().Select(r => index.TryGetValue(r.ToString(), out var key)
                ? key
                : throw new ArgumentException($"'{text}' has '{r}', which is no key of the dictionary.", nameof(texts)))]);
        }

        return lexicon.Count > 0 ? lexicon : throw new ArgumentException("The lexicon has no text.", nameof(texts));
    }

    internal bool TryStep(int node, int key, out int next) => _children[node].TryGetValue(key, out next);

    internal bool IsEnd(int node) => _isEnd[node];

    private void Add(IReadOnlyList<int> keys)
    {
        var node = Root;
        foreach (var key in keys)
        {
            if (!_children[node].TryGetValue(key, out var next))
            {
                next = _children.Count;
                _children.Add([]);
                _isEnd.Add(false);
                _children[node].Add(key, next);
            }

            node = next;
        }

        Count += _isEnd[node] ? 0 : 1;
        _isEnd[node] = true;
    }
}
