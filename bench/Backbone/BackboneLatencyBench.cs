using System.Diagnostics;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Bench.Backbone;

/// <summary>
/// <c>backbones [ROUNDS] [THREADS]</c>: latency of every network in code at 224x224, batch 1, random weights, in turns.
/// </summary>
internal static class BackboneLatencyBench
{
    public static void Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0]) : 100;
        var threads = args.Length > 1 ? int.Parse(args[1]) : 1;
        using var input = InputTensor.Rent(1, 3, 224, 224);
        input.Values.Fill(0.5f);
        var networks = NamedNetworks.Names.Select(name =>
        {
            var weights = WeightScope.Random();
            var graph = NamedNetworks.Build(name, weights, new NetworkInput(224, 224, 1))!;
            var model = OnnxModel.Load(graph.ToBytes(), name, new RuntimeOptions { Threads = threads, FixedShape = true });
            return (Name: name, Model: model, weights.Parameters, Macs: graph.Macs!.Value, Times: new double[rounds]);
        }).ToList();
        for (var i = -5; i < rounds; i++)
        {
            foreach (var network in networks)
            {
                var start = Stopwatch.GetTimestamp();
                network.Model.Run(input).Dispose();
                if (i >= 0)
                {
                    network.Times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
            }
        }

        Console.WriteLine($"{"network",-26} {"params M",9} {"MACs M",9} {"min ms",8} {"median",8} {"GMAC/s",7}   ({threads} thread(s), {rounds} rounds)");
        foreach (var (name, model, parameters, macs, times) in networks)
        {
            Array.Sort(times);
            Console.WriteLine($"{name,-26} {parameters / 1e6,9:0.00} {macs / 1e6,9:0.0} {times[0],8:0.00} {times[rounds / 2],8:0.00} {macs / times[0] / 1e6,7:0.0}");
            model.Dispose();
        }
    }
}
