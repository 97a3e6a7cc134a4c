using System.Diagnostics;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;

namespace PPLCNet.Vision.Bench.Teaching;

/// <summary>
/// <c>teach-time FOLDER OUT [CLASSES] [PHOTOS]</c>: seconds from a folder of photos to a model file, without and with the
/// cache, and the peak memory of the process.
/// </summary>
internal static class TimeProgram
{
    /// <summary>Runs it.</summary>
    public static void Run(string[] args)
    {
        var (folder, output) = (args[0], Path.Combine(args[1], "timed.safetensors"));
        var classes = args.Length > 2 ? int.Parse(args[2]) : 20;
        var photos = args.Length > 3 ? int.Parse(args[3]) : 100;
        var all = TeachingData.FromFolder(folder);
        var data = all with
        {
            Photos = [.. all.Photos.GroupBy(p => p.Labels[0]).OrderByDescending(g => g.Count()).Take(classes).SelectMany(g => g.Take(photos))],
        };
        File.Delete(output + ".features");
        foreach (var name in (string[])["without the cache", "with the cache"])
        {
            var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
            using var trainer = HeadTrainer.Load();
            var head = trainer.Teach(data, new HeadTrainerOptions { CachePath = output + ".features" });
            head.Save(output);
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"{data.Photos.Count} photos, {head.Labels.Count} classes, {name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {(process.TotalProcessorTime - cpu).TotalSeconds:0.0} s of processor time on {Environment.ProcessorCount} cores, peak {process.PeakWorkingSet64 >> 20} MB; top-1 {head.Report.Top1.Share:0.000}");
        }
    }
}
