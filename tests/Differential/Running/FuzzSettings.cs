using System.Globalization;

namespace PPLCNet.Vision.Tests.Differential.Running;

/// <summary>How long to look for differences, and from which seed; set by variables of the environment.</summary>
internal static class FuzzSettings
{
    /// <summary>Seconds for all properties together, <c>PPLCNET_FUZZ_SECONDS</c>.</summary>
    public static double Seconds { get; } = Number("PPLCNET_FUZZ_SECONDS", 10);

    /// <summary>Seconds for each property instead of its share, <c>PPLCNET_FUZZ_EACH</c>; for runs of few properties.</summary>
    public static double? Each { get; } = Text("PPLCNET_FUZZ_EACH") is null ? null : Number("PPLCNET_FUZZ_EACH", 0);

    /// <summary>Seed of the first case, <c>PPLCNET_FUZZ_SEED</c>; the next case has the next seed.</summary>
    public static long Seed { get; } = (long)Number("PPLCNET_FUZZ_SEED", 1);

    /// <summary>
    /// Where a running property notes its seed, for crashes that end the process, <c>PPLCNET_FUZZ_TRACE</c>; null for nowhere.
    /// </summary>
    public static string? TraceFolder { get; } = Text("PPLCNET_FUZZ_TRACE");

    /// <summary>The properties to check, <c>PPLCNET_FUZZ_ONLY</c>: a part of their names; null for all.</summary>
    public static string? Only { get; } = Text("PPLCNET_FUZZ_ONLY");

    /// <summary>Whether to go on after a failure and to list every kind of it, <c>PPLCNET_FUZZ_ALL=1</c>.</summary>
    public static bool ListsAll { get; } = Text("PPLCNET_FUZZ_ALL") is not null;

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static double Number(string name, double absent) => Text(name) is not { } text ? absent
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 ? value
        : throw new InvalidOperationException($"{name}: expected a number of 0 or more, found '{text}'.");
}
