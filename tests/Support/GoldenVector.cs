using System.Text.Json;

namespace PPLCNet.Vision.Tests.Support;

/// <summary>One network's expected outputs: samples, mean, standard deviation and largest magnitude of each output.</summary>
public sealed class GoldenVector
{
    private GoldenVector(JsonElement root, string keysPath)
    {
        Root = root;
        Gain = root.TryGetProperty("gain", out var gain) ? gain.GetDouble() : 1.6;
        Keys = File.Exists(keysPath) ? ReadKeys(keysPath) : [];
        Outputs = root.GetProperty("outputs").EnumerateObject().ToDictionary(p => p.Name, p => new GoldenOutput(p.Value));
        Inputs = root.GetProperty("inputs").EnumerateObject()
            .ToDictionary(p => p.Name, p => ReadShape(p.Value));
    }

    /// <summary>The whole JSON document, for settings of one set only.</summary>
    public JsonElement Root { get; }

    /// <summary>Gain of the seeded weights.</summary>
    public double Gain { get; }

    /// <summary>
    /// Every tensor of the state dict in order: key, shape, kind (<c>param</c>, <c>buffer</c>, <c>alias=KEY</c>).
    /// </summary>
    public IReadOnlyList<(string Key, int[] Shape, string Kind)> Keys { get; }

    /// <summary>Inputs by name (<c>x</c>, <c>x@HxW</c>) with their shapes.</summary>
    public IReadOnlyDictionary<string, int[]> Inputs { get; }

    /// <summary>Outputs by name.</summary>
    public IReadOnlyDictionary<string, GoldenOutput> Outputs { get; }

    /// <summary>Reads <c>golden/SET/NAME.json</c> and its key list; skips the running test where it is absent.</summary>
    public static GoldenVector Load(string set, string name)
    {
        var path = RepositoryPaths.Shared("golden", set, name + ".json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new GoldenVector(document.RootElement.Clone(), Path.ChangeExtension(path, ".keys.tsv"));
    }

    /// <summary>The seeded weights, aliases left out.</summary>
    public Dictionary<string, (int[] Shape, float[] Values)> Weights() =>
        Keys.Where(k => !k.Kind.StartsWith("alias=", StringComparison.Ordinal))
            .ToDictionary(k => k.Key, k => (k.Shape, SeededTensor.Weight(k.Key, k.Shape, Gain)));

    private static List<(string, int[], string)> ReadKeys(string path) =>
        [.. File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(line =>
        {
            var parts = line.Split('\t');
            return (parts[0], ParseShape(parts[1]), parts.Length > 2 ? parts[2] : "param");
        })];

    private static int[] ParseShape(string text) =>
        [.. text.Trim('[', ']').Split([',', 'x', ' '], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static int[] ReadShape(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(e => e.GetInt32())]
            : [.. value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())];
}

/// <summary>Expected figures of one output.</summary>
public sealed class GoldenOutput
{
    internal GoldenOutput(JsonElement json)
    {
        Shape = [.. json.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())];
        Mean = json.GetProperty("mean").GetDouble();
        Std = json.GetProperty("std").GetDouble();
        AbsMax = json.GetProperty("absmax").GetDouble();
        At = [.. json.GetProperty("at").EnumerateArray().Select(e => e.GetInt32())];
        Value = [.. json.GetProperty("value").EnumerateArray().Select(e => e.GetSingle())];
    }

    public int[] Shape { get; }
    public double Mean { get; }
    public double Std { get; }
    public double AbsMax { get; }
    public int[] At { get; }
    public float[] Value { get; }

    /// <summary>
    /// Asserts samples, mean and standard deviation within <paramref name="relative"/> of the largest magnitude.
    /// </summary>
    public void AssertMatches(string name, ReadOnlySpan<float> got, double relative = 1e-4)
    {
        Assert.Equal(Shape.Aggregate(1L, (a, b) => a * b), got.Length);
        var tolerance = relative * AbsMax;
        double worst = 0;
        for (var i = 0; i < At.Length; i++)
        {
            var difference = Math.Abs((double)got[At[i]] - Value[i]);
            Assert.True(difference <= tolerance,
                $"{name}[{At[i]}]: expected {Value[i]}, got {got[At[i]]}, difference {difference:g3} > {tolerance:g3}");
            worst = Math.Max(worst, difference);
        }

        double sum = 0, squares = 0;
        foreach (var v in got)
        {
            sum += v;
        }

        var mean = sum / got.Length;
        foreach (var v in got)
        {
            squares += (v - mean) * (v - mean);
        }

        var std = Math.Sqrt(squares / got.Length);
        Assert.True(Math.Abs(mean - Mean) <= tolerance, $"{name}: mean {mean}, expected {Mean}");
        Assert.True(Math.Abs(std - Std) <= tolerance, $"{name}: std {std}, expected {Std}");
    }
}
