using System.Diagnostics;
using OpenCvSharp;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Bench;

/// <summary>
/// <c>preprocess</c>: the fused kernel against OpenCV's resize, convertTo, normalise and split, one thread, alternating in
/// one run.
/// </summary>
internal static class PreprocessBench
{
    private const int Rounds = 400;

    private static readonly (string Name, int Width, int Height, Preprocess Spec)[] _cases =
    [
        ("1280x720 to 224x224", 1280, 720, ImageNet(new StretchRule(224, 224), Interpolation.Bilinear)),
        ("1280x720 to 224x224, cubic", 1280, 720, ImageNet(new StretchRule(224, 224), Interpolation.Bicubic)),
        ("640x480 to 192x192", 640, 480, ImageNet(new StretchRule(192, 192), Interpolation.Bilinear)),
        ("text line 180x31 to 48x320", 180, 31, ImageNet(new FixedHeightRule(48, 320, 3200), Interpolation.Bilinear)),
        ("text line 640x60 to 48x512", 640, 60, ImageNet(new FixedHeightRule(48, 320, 3200), Interpolation.Bilinear)),
        ("photo 1280x720 to 1312x736", 1280, 720, ImageNet(new MultipleRule(32, 736, SideLimit.Min), Interpolation.Bilinear)),
    ];

    public static void Run()
    {
        Cv2.SetNumThreads(1);
        Console.WriteLine($"{"case",-30} {"OpenCV ms",10} {"fused ms",10} {"ratio",8}   (minimum of {Rounds}; ratio of medians in brackets)");
        foreach (var (name, width, height, spec) in _cases)
        {
            var image = new PixelBuffer(width, height);
            new Random(1).NextBytes(image.Data);
            var preprocessor = new Preprocessor(spec);
            var plan = preprocessor.Plan(width, height);
            var tensor = new float[3 * plan.TensorWidth * plan.TensorHeight];
            using var mat = image.View.ToMat();
            using var resized = new Mat();
            using var floats = new Mat();
            var (theirs, ours) = (new double[Rounds], new double[Rounds]);
            for (var i = -50; i < Rounds; i++)
            {
                var start = Stopwatch.GetTimestamp();
                WithOpenCv(mat, resized, floats, plan, spec, tensor);
                var middle = Stopwatch.GetTimestamp();
                preprocessor.Run(image, plan, tensor);
                var end = Stopwatch.GetTimestamp();
                if (i >= 0)
                {
                    theirs[i] = Stopwatch.GetElapsedTime(start, middle).TotalMilliseconds;
                    ours[i] = Stopwatch.GetElapsedTime(middle, end).TotalMilliseconds;
                }
            }

            Array.Sort(theirs);
            Array.Sort(ours);
            Console.WriteLine($"{name,-30} {theirs[0],10:0.000} {ours[0],10:0.000} {theirs[0] / ours[0],8:0.0} ({theirs[Rounds / 2] / ours[Rounds / 2]:0.0})");
        }
    }

    /// <summary>What a program on OpenCV does: every step a whole image; the last one writes where the network reads.</summary>
    private static unsafe void WithOpenCv(Mat image, Mat resized, Mat floats, ResizePlan plan, Preprocess spec, float[] tensor)
    {
        var method = spec.Interpolation == Interpolation.Bicubic ? InterpolationFlags.Cubic : InterpolationFlags.Linear;
        Cv2.Resize(image, resized, new Size(plan.ResizedWidth, plan.ResizedHeight), 0, 0, method);
        resized.ConvertTo(floats, MatType.CV_32FC3, spec.Scale);
        var planes = Cv2.Split(floats);
        fixed (float* data = tensor)
        {
            var plane = plan.TensorWidth * plan.TensorHeight;
            for (var c = 0; c < 3; c++)
            {
                using var target = Mat.FromPixelData(plan.TensorHeight, plan.TensorWidth, MatType.CV_32FC1, (nint)(data + (c * plane)));
                using var window = new Mat(target, new Rect(0, 0, plan.ResizedWidth, plan.ResizedHeight));
                planes[2 - c].ConvertTo(window, MatType.CV_32FC1, 1 / spec.Std[c], -spec.Mean[c] / spec.Std[c]);
                planes[2 - c].Dispose();
            }
        }
    }

    private static Preprocess ImageNet(SizeRule rule, Interpolation interpolation) => new()
    {
        Size = rule,
        Interpolation = interpolation,
        Mean = Preprocess.ImageNetMean,
        Std = Preprocess.ImageNetStd,
    };
}
