using System.CommandLine;
using System.CommandLine.Parsing;

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

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}"; // how --help shows the default

    /// <summary>The flag <c>--shard i/n</c>.</summary>
    public static Option<Shard> Flag() => new("--shard")
    {
        Description = "Only part i of n of the inputs, 0-based, by position in the sorted list.",
        HelpName = "i/n",
        DefaultValueFactory = _ => Whole,
        CustomParser = Parse,
    };

    private static Shard Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && int.TryParse(text.AsSpan(0, slash), out var index) && int.TryParse(text.AsSpan(slash + 1), out var count)
            && count > 0 && index >= 0 && index < count)
        {
            return new Shard(index, count);
        }

        argument.AddError($"--shard takes i/n with 0 <= i < n, for example 0/4; found '{text}'.");
        return Whole;
    }
}
