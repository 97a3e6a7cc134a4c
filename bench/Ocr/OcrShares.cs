using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Layout;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Runtime;
using Cv2 = OpenCvSharp.Cv2;

namespace PPLCNet.Vision.Bench.Ocr;

/// <summary>
/// Time of a recognised line outside the session, one thread: cutting the line out, resizing and normalising it, decoding, words,
/// against the recogniser's session. <c>ocr-shares IMAGES [ROUNDS] [MODEL...]</c>.
/// </summary>
internal static class OcrShares
{
    private const int Images = 10;

    /// <summary>Runs.</summary>
    public static void Run(string[] args)
    {
        var images = Directory.EnumerateFiles(args[0]).Order(StringComparer.Ordinal).Take(Images).Select(f => ImageFile.Read(f)).ToList();
        var rounds = args.Length > 1 ? int.Parse(args[1]) : 5;
        string[] models = args.Length > 2 ? args[2..] : ["ppocr-v6-tiny", "ppocr-v4", "ppocr-v6-small"];
        Cv2.SetNumThreads(1);

        // Once unseen: code that has not been compiled for good yet would count against the first model.
        Measure(models[0], images, rounds);
        foreach (var model in models)
        {
            Console.WriteLine(Measure(model, images, rounds));
        }
    }

    private static string Measure(string model, List<PixelBuffer> images, int rounds)
    {
        var parts = OcrModelParts.Of(model);
        using var detector = TextDetector.Load(parts.NeedDetector());
        using var reader = LineReader.Load(parts.NeedRecognizer(), new OcrEngineOptions { Runtime = RuntimeOptions.Default with { Threads = 1 } });
        var (inside, outside) = (new List<double>(), new List<double>());
        var sums = (Crop: 0.0, Preprocess: 0.0, Decode: 0.0);
        foreach (var image in images)
        {
            using var mat = image.View.ToMat();
            foreach (var box in detector.Detect(image))
            {
                var least = (Inside: double.MaxValue, Outside: double.MaxValue);
                var leastParts = (Crop: double.MaxValue, Preprocess: double.MaxValue, Decode: double.MaxValue);
                for (var round = 0; round < rounds; round++)
                {
                    var start = Stopwatch.GetTimestamp();
                    if (LineCrop.Cut(mat, box.Quad) is not { } crop)
                    {
                        break;
                    }

                    var cut = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    var times = reader.Read(crop.Pixels, new OcrOptions { Words = true }).Timings;
                    var total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    least = (Math.Min(least.Inside, times.Run), Math.Min(least.Outside, total - times.Run));
                    leastParts = (Math.Min(leastParts.Crop, cut), Math.Min(leastParts.Preprocess, times.Preprocess), Math.Min(leastParts.Decode, times.Postprocess));
                }

                if (least.Inside < double.MaxValue)
                {
                    inside.Add(least.Inside);
                    outside.Add(least.Outside);
                    sums = (sums.Crop + leastParts.Crop, sums.Preprocess + leastParts.Preprocess, sums.Decode + leastParts.Decode);
                }
            }
        }

        return
            $"{model}: session {inside.Average():0.00} ms a line, all the rest {outside.Average():0.000} ms, "
            + $"share {outside.Sum() / inside.Sum():P1}, "
            + $"of the median line {outside.Zip(inside, (o, n) => o / n).Order().ElementAt(inside.Count / 2):P1} (least of {rounds} runs, {inside.Count} lines); "
            + $"cut {sums.Crop / inside.Count:0.000}, resize and normalise {sums.Preprocess / inside.Count:0.000}, decode {sums.Decode / inside.Count:0.000} ms";
    }
}
