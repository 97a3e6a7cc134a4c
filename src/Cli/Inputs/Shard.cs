namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>A part of the input list: every position p with p % Count == Index.</summary>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>Everything.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Whether the item at this position of the sorted list belongs to the part.</summary>
    public bool Takes(int position) => position % Count == Index;

    /// <summary>How many of <paramref name="total"/> items belong to the part.</summary>
    public int CountOf(int total) => (total - Index + Count - 1) / Count;
    public override string ToString() => $"{Index}/{Count}"; // how --help shows the default

    /// <summary>Adds the flag <c>--shard i/n</c>.</summary>
    public static Option<Shard> Flag(Command command) => command
        .Flag<Shard>("--shard", "Only part i of n of the inputs, 0-based, by position in the sorted list.", "i/n")
        .Default(Whole)
        .ReadAll("i/n with 0 <= i < n, for example 0/4", texts => texts is [var text] && text.Split('/', 2) is [var i, var n]
            && int.TryParse(i, out var index) && int.TryParse(n, out var count) && index >= 0 && index < count
                ? (new Shard(index, count), null)
                : (Whole, texts is [var bad] ? bad : ""));
}
