using System.Diagnostics;
using System.Globalization;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Cli.Detect;

namespace PPLCNet.Vision.Bench.Models;

/// <summary>
/// <c>official-ready DETECTOR IMAGE</c>: time from a checkpoint on this disk to the first boxes, in a fresh process.
/// <c>official-times [TASK]</c>: one run of every official network in code, one image, one thread, as processor time.
/// Weights are random: a network takes the same time with any.
/// </summary>
internal static class OfficialBench
{
    private const int MostRounds = 200;
    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(0.4);

    public static void Ready(string[] args)
    {
        var (name, image) = (args[0], args[1]);
        var folder = Directory.CreateTempSubdirectory("pplcnet-official-").FullName;
        try
        {
            var model = OfficialModels.Find(name) ?? throw new ArgumentException($"'{name}' is no official model.");
            var checkpoint = Path.Combine(folder, "checkpoint.pdparams");
            PickledArrays.Write(
                checkpoint, Build(model).Taken.Select(t => (t.Key, t.Value, RandomWeights.Make(t.Key, t.Value, 1).Values)));
            GC.Collect();

            var processor = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var options = new OfficialPullOptions { From = checkpoint, Check = file => Detector.Load(file).Dispose() };
            using var client = new HttpClient();
            new OfficialPuller(client).PullAsync(model, folder, options).GetAwaiter().GetResult();
            var pulled = Stopwatch.GetElapsedTime(start);
            using var detector = Detector.Load(new ModelCatalog([], [folder]).Find(name));
            var loaded = Stopwatch.GetElapsedTime(start);
            var found = detector.Detect(image, new DetectionOptions { ScoreThreshold = 0.01f });
            var total = Stopwatch.GetElapsedTime(start);
            processor = Environment.CpuUsage.TotalTime - processor;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: checkpoint of {new FileInfo(checkpoint).Length / 1e6:0.0} MB judged, converted and in place after {pulled.TotalSeconds:0.00} s, "
                + $"loaded after {loaded.TotalSeconds:0.00} s, {found.Count} boxes after {total.TotalSeconds:0.00} s "
                + $"({processor.TotalSeconds:0.00} s of processor time)"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static void Times(string[] args)
    {
        Console.WriteLine("| model | input | weights, MB | processor ms |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var model in OfficialModels.All.Where(m => m.Networks.Count > 0 && (args.Length == 0 || m.Task == args[0]))
            .DistinctBy(Shape))
        {
            var (width, height) = model.Preprocess!.Size.TensorSize!.Value;
            var graph = Graph(model, WeightScope.Random()).ToBytes();
            using var network = OnnxModel.Load(graph, model.Name, new RuntimeOptions { FixedShape = true });
            using var input = InputTensor.Rent(1, 3, height, width);
            SeedInput(input.Values);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| `{model.Name}` | {width}x{height} | {model.Parameters * 4 / 1e6:0.0} | {Milliseconds(() => network.Run(input).Dispose()):0.0} |"));
        }
    }

    /// <summary>Processor time of one run, which other programs on the machine hardly lengthen.</summary>
    private static double Milliseconds(Action run)
    {
        run();
        var start = Environment.CpuUsage.TotalTime;
        for (var rounds = 1; ; rounds++)
        {
            run();
            var taken = Environment.CpuUsage.TotalTime - start;
            if (taken >= _enough || rounds == MostRounds)
            {
                return taken.TotalMilliseconds / rounds;
            }
        }
    }

    private static void SeedInput(Span<float> values)
    {
        var random = new Random(1);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() * 4) - 2;
        }
    }

    // Models that differ in nothing that takes time.
    private static string Shape(OfficialModel model) =>
        $"{model.Networks[0].GetRawText()} {model.Preprocess!.Size.TensorSize} {model.Labels.Count}";

    private static WeightScope Build(OfficialModel model)
    {
        var scope = WeightScope.Random();
        Graph(model, scope);
        return scope;
    }

    private static GraphBuilder Graph(OfficialModel model, WeightScope weights) => NetworkKinds.Default.Build(
        new NetworkRequest(model.Name, model.Networks[0]) { Labels = model.Labels, Size = model.Preprocess!.Size.TensorSize },
        weights);
}
