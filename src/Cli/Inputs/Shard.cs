using System.Globalization;

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
    public static Option<Shard> Flag(Command command)
    {
        var option = command.Flag<Shard>(
            "--shard",
            "Only part i of n of the inputs, 0-based, by position in the sorted list; auto[/n] takes i (and n) from the "
                + "array task of Kubernetes, Slurm, AWS Batch, Google Batch or Cloud Run that this runs in.",
            "i/n|auto[/n]").Default(Whole);
        option.CustomParser = argument =>
        {
            var text = argument.Tokens is [var token] ? token.Value : "";
            var (shard, fault) = Parse(text, Environment.GetEnvironmentVariable);
            if (fault is not null)
            {
                argument.AddError(fault);
            }

            return shard;
        };
        return option;
    }

    /// <summary>Reads <c>i/n</c>, <c>auto</c> or <c>auto/n</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <returns>The shard, and what is wrong, or null.</returns>
    internal static (Shard Shard, string? Fault) Parse(string text, Func<string, string?> variable)
    {
        var parts = text.Split('/');
        int? count = parts is [_, var n] && Number(n) is { } found and > 0 ? found : null;
        return parts switch
        {
            ["auto"] => ArrayTask.Find(null, variable),
            ["auto", _] when count is not null => ArrayTask.Find(count, variable),
            [var i, _] when count is { } all && Number(i) is { } index && index >= 0 && index < all => (new Shard(index, all), null),
            _ => (Whole, $"--shard takes i/n with 0 <= i < n, for example 0/4, or auto, or auto/n; found '{text}'."),
        };
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
