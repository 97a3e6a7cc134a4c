namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>A list of allowed texts as a trie over dictionary classes, for <see cref="CtcBeamDecoder"/>. Immutable.</summary>
internal sealed class Lexicon
{
    private readonly List<Dictionary<int, int>> _children = [[]];
    private readonly List<bool> _isEnd = [false];

    private Lexicon()
    {
    }

    /// <summary>Number of different texts.</summary>
    public int Count { get; private set; }

    internal static int Root => 0;

    /// <summary>Builds the trie; texts with characters that the dictionary lacks cannot be read and are refused.</summary>
    /// <exception cref="ArgumentException">A text has a character that is no dictionary key, or the list is empty.</exception>
    public static Lexicon Create(IEnumerable<string> texts, CharacterSet characters)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(characters);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 1; i < characters.Count; i++)
        {
            index.TryAdd(characters[i], i);
        }

        var longest = index.Keys.Max(k => k.Length);
        var lexicon = new Lexicon();
        foreach (var text in texts.Where(t => t.Length > 0))
        {
            lexicon.Add(Keys(text, index, longest));
        }

        return lexicon.Count > 0 ? lexicon : throw new ArgumentException("The lexicon has no text.", nameof(texts));
    }

    internal IEnumerable<int> KeysAfter(int node) => _children[node].Keys;

    internal int Next(int node, int key) => _children[node][key];

    internal bool IsEnd(int node) => _isEnd[node];

    /// <summary>Cuts a text into keys, the longest first: some keys (flags) are several code points.</summary>
    private static List<int> Keys(string text, Dictionary<string, int> index, int longest)
    {
        var keys = new List<int>();
        for (var i = 0; i < text.Length;)
        {
            var length = Math.Min(longest, text.Length - i);
            while (length > 0 && !index.ContainsKey(text.Substring(i, length)))
            {
                length--;
            }

            if (length == 0)
            {
                var missing = char.IsSurrogatePair(text, i) ? text.Substring(i, 2) : text.Substring(i, 1);
                throw new ArgumentException($"'{text}' has '{missing}', which is no key of the dictionary.", nameof(text));
            }

            keys.Add(index[text.Substring(i, length)]);
            i += length;
        }

        return keys;
    }

    private void Add(List<int> keys)
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
