using System.Diagnostics;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Bench.Segmentation;

/// <summary>
/// Cityscapes evaluation of 500 pairs of 2048x1024 label maps, PNG decoding excluded; arguments: folder with
/// <c>*_labelIds.png</c> and <c>*_instanceIds.png</c> that are enlarged to that size (without it, maps are drawn), number of
/// pairs.
/// </summary>
internal static class ConfusionProgram
{
    private const int Width = 2048;
    private const int Height = 1024;

    public static void Run(string[] args)
    {
        var count = args.Length > 1 ? int.Parse(args[1]) : 500;
        var samples = (args.Length > 0 ? FromFolder(args[0]) : Drawn()).ToList();
        var noise = Noise(samples[0].Instances);
        foreach (var (name, maps) in new[] { ("street scenes", samples), ("pure noise, the worst case", [noise]) })
        {
            foreach (var instances in (bool[])[false, true])
            {
                Report(name, instances, maps, count);
            }
        }
    }

    private static void Report(string name, bool instances, List<Sample> samples, int count)
    {
        var evaluator = new CityscapesEvaluator();
        evaluator.Add(samples[0].Truth, samples[0].Predicted, instances ? samples[0].Instances : null);
        using var process = Process.GetCurrentProcess();
        var (start, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        for (var i = 0; i < count; i++)
        {
            // The ids are checked anew, as they are when a file is read.
            var sample = samples[i % samples.Count];
            evaluator.Add(
                new CityscapesIdMap(sample.Truth.Pixels), new CityscapesIdMap(sample.Predicted.Pixels), instances ? sample.Instances : null);
        }

        process.Refresh();
        var seconds = (process.TotalProcessorTime - cpu).TotalSeconds / count;
        var official = instances ? 0.13 : 0.05;
        Console.WriteLine(
            $"{name}, {(instances ? "with" : "without")} instances: {count} pairs, {seconds * 1000:0.000} ms CPU a pair "
            + $"({Stopwatch.GetElapsedTime(start).TotalMilliseconds / count:0.000} ms elapsed); official script {official * 1000:0} ms: {official / seconds:0.0}x");
    }

    private static IEnumerable<Sample> FromFolder(string folder)
    {
        var random = new Random(1);
        foreach (var path in Directory.EnumerateFiles(folder, "*_labelIds.png", SearchOption.AllDirectories).Where(p => p.Contains("gtFine", StringComparison.Ordinal)).Order())
        {
            var small = LabelMap.Read(path);
            var truth = small.Resize(Width, Height);
            var ids = InstanceMap.Read(path.Replace("labelIds", "instanceIds", StringComparison.Ordinal));
            var instances = new ushort[Width * Height];
            for (var i = 0; i < instances.Length; i++)
            {
                instances[i] = ids.Ids[((i / Width * ids.Height / Height) * ids.Width) + (i % Width * ids.Width / Width)];
            }

            yield return new Sample(new CityscapesIdMap(truth), new CityscapesIdMap(Shift(truth, random)), new InstanceMap(instances, Width, Height));
        }
    }

    private static IEnumerable<Sample> Drawn()
    {
        // Rectangles of one class, some of them instances.
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var truth = new LabelMap(Width, Height);
            truth.Ids.Fill(7);
            var instances = new ushort[Width * Height];
            Array.Fill(instances, (ushort)7);
            for (var n = 0; n < 400; n++)
            {
                var (x, y, w, h) = (random.Next(Width), random.Next(Height), random.Next(10, 300), random.Next(10, 200));
                var id = random.Next(34);
                for (var row = y; row < Math.Min(Height, y + h); row++)
                {
                    var length = Math.Min(w, Width - x);
                    truth.Row(row).Slice(x, length).Fill((byte)id);
                    instances.AsSpan((row * Width) + x, length).Fill((ushort)(id >= 24 ? (id * 1000) + n : id));
                }
            }

            yield return new Sample(new CityscapesIdMap(truth), new CityscapesIdMap(Shift(truth, random)), new InstanceMap(instances, Width, Height));
        }
    }

    /// <summary>A prediction: every row moved by some pixels, and specks of other classes.</summary>
    private static LabelMap Shift(LabelMap truth, Random random)
    {
        var predicted = new LabelMap(truth.Width, truth.Height);
        for (var y = 0; y < truth.Height; y++)
        {
            var by = random.Next(8);
            truth.Row(y)[by..].CopyTo(predicted.Row(y));
            for (var n = 0; n < 8; n++)
            {
                predicted.Row(y).Slice(random.Next(truth.Width - 40), random.Next(40)).Fill((byte)random.Next(34));
            }
        }

        return predicted;
    }

    private static Sample Noise(InstanceMap instances)
    {
        var random = new Random(2);
        LabelMap Map() => new([.. Enumerable.Range(0, Width * Height).Select(_ => (byte)random.Next(34))], Width, Height);
        return new Sample(new CityscapesIdMap(Map()), new CityscapesIdMap(Map()), instances);
    }

    private sealed record Sample(CityscapesIdMap Truth, CityscapesIdMap Predicted, InstanceMap Instances);
}
