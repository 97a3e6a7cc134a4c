using System.Diagnostics;
using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Bench.Detection;

/// <summary>
/// Times loading and evaluation at COCO val2017's size: <c>coco-eval [--repeat N] [--keep DIR]</c>. <c>--keep</c> leaves the
/// two files in a folder, for other programs to read.
/// </summary>
internal static class CocoEvaluationBench
{
    private const int Images = 5000;
    private const int Truths = 37_292;
    private const int Detections = 180_000;

    /// <summary>Runs the benchmark.</summary>
    public static void Run(string[] args)
    {
        var repeat = int.Parse(Value(args, "--repeat") ?? "15");
        var keep = Value(args, "--keep");
        var folder = keep is null ? Directory.CreateTempSubdirectory("coco-eval-").FullName : Directory.CreateDirectory(keep).FullName;
        var (truthPath, resultsPath) = (Path.Combine(folder, "gt.json"), Path.Combine(folder, "dt.json"));
        try
        {
            new CocoSyntheticData(20170911, Images, Truths, Detections).Write(truthPath, resultsPath);
            Console.WriteLine($"{Images} images, {Truths} truths ({Megabytes(truthPath):0.0} MB), {Detections} detections ({Megabytes(resultsPath):0.0} MB), bbox");
            Time("load truth", repeat, () => CocoGroundTruth.Load(truthPath));
            Time("load detections", repeat, () => CocoResults.Load(resultsPath));
            Time("load both, one after the other", repeat, () => (CocoGroundTruth.Load(truthPath), CocoResults.Load(resultsPath)));
            var (truth, results) = (CocoGroundTruth.Load(truthPath), CocoResults.Load(resultsPath));
            foreach (var threads in new[] { 1, 2 })
            {
                var options = new CocoEvaluationOptions { Threads = threads };
                var ap = 0.0;
                var (wall, cpu) = Measure(() => ap = CocoEvaluator.Evaluate(truth, results, options).Summary.AP);
                Console.WriteLine($"first evaluation, {threads} thread(s): {wall:0.0} ms, CPU {cpu:0.0} ms, AP {ap:R}");
                Time($"evaluate, {threads} thread(s)", repeat, () => CocoEvaluator.Evaluate(truth, results, options));
            }
        }
        finally
        {
            if (keep is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Time(string name, int repeat, Func<object> action)
    {
        action();
        var (wall, cpu) = (new double[repeat], new double[repeat]);
        for (var i = 0; i < repeat; i++)
        {
            (wall[i], cpu[i]) = Measure(action);
        }

        Array.Sort(wall);
        Array.Sort(cpu);
        Console.WriteLine(
            $"{name}: min {wall[0]:0.0} ms, median {wall[repeat / 2]:0.0} ms of {repeat}; CPU min {cpu[0]:0.0} ms, median {cpu[repeat / 2]:0.0} ms");
    }

    // Wall clock, and processor time of the whole process, which a busy machine disturbs less.
    private static (double Wall, double Cpu) Measure(Func<object> action)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        GC.KeepAlive(action());
        var wall = watch.Elapsed.TotalMilliseconds;
        process.Refresh();
        return (wall, (process.TotalProcessorTime - start).TotalMilliseconds);
    }

    private static double Megabytes(string path) => new FileInfo(path).Length / 1e6;

    private static string? Value(string[] args, string flag)
    {
        var at = Array.IndexOf(args, flag);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
