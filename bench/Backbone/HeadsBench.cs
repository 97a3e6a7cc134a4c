using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Bench.Backbone;

/// <summary>
/// <c>heads [WIDTH HEIGHT ROUNDS]</c>: one pass of a graph with several heads against separate runs of the same heads, each
/// on a backbone of its own; seeded weights, one thread.
/// </summary>
internal static class HeadsBench
{
    private const string Network = """
        { "kind": "pplcnet-heads", "heads": {
          "embedding": { "kind": "embedding" },
          "classes": { "kind": "classification", "classes": 1000 },
          "boxes": { "kind": "picodet", "prefix": "boxes", "variant": "shared-1.0x", "labels": [LABELS] },
          "mask": { "kind": "deeplabv3p", "ratios": [1, 3, 6, 9],
            "labels": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"] } } }
        """;

    private const int Classes = 80;

    public static void Run(string[] args)
    {
        var width = args.Length > 0 ? int.Parse(args[0]) : 256;
        var height = args.Length > 1 ? int.Parse(args[1]) : width;
        var rounds = args.Length > 2 ? int.Parse(args[2]) : 100;
        using var input = InputTensor.Rent(1, 3, height, width);
        var random = new Random(1);
        foreach (ref var value in input.Values)
        {
            value = (random.NextSingle() * 2) - 1;
        }

        foreach (var heads in (string[][])[["embedding", "classes"], ["embedding", "classes", "boxes"], ["embedding", "classes", "boxes", "mask"]])
        {
            using var together = Load(heads, width, height);
            var apart = heads.Select(h => Load([h], width, height)).ToList();
            Pair.Print(
                $"{width}x{height}, {string.Join(" + ", heads)}: separate runs and one pass",
                () => apart.ForEach(m => m.Run(input).Dispose()),
                () => together.Run(input).Dispose(),
                rounds);
            apart.ForEach(m => m.Dispose());
        }
    }

    private static OnnxModel Load(string[] heads, int width, int height)
    {
        var labels = string.Join(", ", Enumerable.Range(0, Classes).Select(c => $"\"{c}\""));
        var network = Network.Replace("LABELS", labels, StringComparison.Ordinal);
        var request = new NetworkRequest("heads", JsonElement.Parse(network))
        {
            Size = (width, height),
            OneImage = true,
            Outputs = heads.ToHashSet(),
        };
        var graph = NetworkKinds.Default.Build(request, WeightScope.Random(1));
        return OnnxModel.Load(graph.ToBytes(), "heads", new RuntimeOptions { FixedShape = true, Threads = 1 });
    }
}
