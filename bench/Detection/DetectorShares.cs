using System.Diagnostics;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Bench.Detection;

/// <summary>
/// Where a detector's time goes, one thread: postprocessing against the session, and a delivered graph against the cleaned one.
/// <c>detector-shares IMAGES [ROUNDS]</c>, with the COCO models in <c>$PPLCNET_MODELS</c>.
/// </summary>
internal static class DetectorShares
{
    /// <summary>Runs.</summary>
    public static void Run(string[] args)
    {
        var images = Directory.EnumerateFiles(args[0]).Order(StringComparer.Ordinal).Take(20).Select(f => ImageFile.Read(f)).ToList();
        var rounds = args.Length > 1 ? int.Parse(args[1]) : 10;
        Postprocessing(images, rounds);
        Cleaning(images, rounds);
    }

    private static void Postprocessing(List<PixelBuffer> images, int rounds)
    {
        using var detector = Detector.Load("picodet-s-320-coco-esnet");
        var shares = new List<double>();
        var run = new List<double>();
        var post = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var image in images)
            {
                var times = detector.Detect(image).Timings;
                if (round > 0)
                {
                    run.Add(times.Run);
                    post.Add(times.Postprocess);
                    shares.Add(times.Postprocess / times.Run);
                }
            }
        }

        Console.WriteLine(
            $"PicoDet-S raw heads, score > {detector.Settings.ScoreThreshold}: session {Median(run):0.00} ms, "
            + $"decode + NMS {Median(post):0.000} ms, share {Median(shares):P1} (medians of {run.Count})");
    }

    private static void Cleaning(List<PixelBuffer> images, int rounds)
    {
        var file = ModelCatalog.Default.Find("picodet-xs-320-coco");
        var bytes = file.ReadAllBytes();
        using var delivered = OnnxModel.Load(bytes, "delivered", new RuntimeOptions { FixedShape = true, Clean = false });
        using var cleaned = OnnxModel.Load(bytes, "cleaned", new RuntimeOptions { FixedShape = true });
        var preprocessor = new Preprocessor(file.Manifest.Preprocess!);
        var (before, after) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var image in images)
            {
                var (first, second) = (Time(delivered, preprocessor, image), Time(cleaned, preprocessor, image));
                if (round > 0)
                {
                    before.Add(first);
                    after.Add(second);
                }
            }
        }

        Console.WriteLine($"PicoDet-XS one thread: delivered {Median(before):0.00} ms (min {before.Min():0.00}), cleaned {Median(after):0.00} ms (min {after.Min():0.00}), ratio {Median(before) / Median(after):0.00} (of minima {before.Min() / after.Min():0.00})");
    }

    private static double Time(OnnxModel model, Preprocessor preprocessor, PixelBuffer image)
    {
        using var input = InputTensor.Rent("image", 1, 3, 320, 320);
        using var scale = InputTensor.Rent("scale_factor", 1, 2);
        preprocessor.Run(image, preprocessor.Plan(image.Width, image.Height), input.Values);
        scale.Values.Fill(1);
        var start = Stopwatch.GetTimestamp();
        using var outputs = model.Run([input, scale]);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
