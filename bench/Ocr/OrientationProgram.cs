using OpenCvSharp;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Orientation;

namespace PPLCNet.Vision.Bench.Ocr;

/// <summary>
/// How often line classifiers are right on crops at least twice as wide as tall, upright and turned.
/// <c>orientation LABELS [MODEL...]</c>, for example <c>orientation iiit5k/labels.tsv ppocr-cls-v2</c>.
/// </summary>
internal static class OrientationProgram
{
    /// <summary>Runs.</summary>
    public static void Run(string[] args)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(args[0]))!;
        var lines = LabelFile.Read(args[0]).Select(l => ImageFile.Read(Path.Combine(folder, l.Path))).Where(p => p.Width >= 2 * p.Height).ToList();
        string[] models = args.Length > 1 ? args[1..] : ["pplcnet-x0.25-textline-ori", "ppocr-cls-v2"];
        foreach (var model in models)
        {
            using var classifier = OrientationClassifier.Load(model);
            var upright = lines.Count(l => classifier.Classify(l).Degrees == 0);
            var turned = lines.Count(l => classifier.Classify(TurnedAround(l)).Degrees == 180);
            Console.WriteLine($"{model}: {(double)upright / lines.Count:0.000} upright, {(double)turned / lines.Count:0.000} turned, of {lines.Count} lines");
        }
    }

    private static PixelBuffer TurnedAround(PixelBuffer line)
    {
        using var mat = line.View.ToMat();
        Cv2.Rotate(mat, mat, RotateFlags.Rotate180);
        return mat.ToPixelBuffer();
    }
}
