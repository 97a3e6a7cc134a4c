using System.Diagnostics;
using PPLCNet.Vision.Detection.Evaluation;

namespace PPLCNet.Vision.Bench.Detection;

/// <summary>
/// Times loading and evaluation at COCO val2017's size: <c>coco-eval [--repeat N] [--keep DIR]</c>. <c>--keep</c> leaves the two files
/// in a folder, for other programs to read.
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
                var first = Stopwatch.StartNew();
                var evaluation = CocoEvaluator.Evaluate(truth, results, options);
                Console.WriteLine($"first evaluation with {threads} thread(s): {first.Elapsed.TotalMilliseconds:0.0} ms, AP {evaluation.Summary.AP:R}");
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
        var times = new double[repeat];
        for (var i = 0; i < repeat; i++)
        {
            var watch = Stopwatch.StartNew();
            GC.KeepAlive(action());
            times[i] = watch.Elapsed.TotalMilliseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"{name}: min {times[0]:0.0} ms, median {times[repeat / 2]:0.0} ms of {repeat}");
    }

    private static double Megabytes(string path) => new FileInfo(path).Length / 1e6;

    private static string? Value(string[] args, string flag)
    {
        var at = Array.IndexOf(args, flag);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
