using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Images;

/// <summary>Every task gives the same answer whatever the order of the channels; a gray image is one whose channels are equal.</summary>
public class PixelFormatTests
{
    private static readonly PixelBuffer _image = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "motorcycle.jpg"));

    private static readonly Dictionary<string, Func<PixelBuffer[], string[]>> _tasks = new()
    {
        ["detect"] = Answers(() => Detector.Load(), (d, image) => Text(d.Detect(image))),
        ["segment"] = Answers(() => Segmenter.Load(), (s, image) => Convert.ToHexString(s.Segment(image).Map.Ids)),
        ["classify"] = Answers(() => Classifier.Load(), (c, image) => string.Join(' ', c.Classify(image).Select(t => $"{t.Label} {t.Score:R}"))),
        ["embed"] = Answers(() => Embedder.Load(), (e, image) => string.Join(' ', e.Embed(image).Vector)),
        ["analyse"] = Answers(() => ImageAnalyzer.Load(), (a, image) => Text(a.Analyze(image).Objects!)),
        ["draw boxes"] = Answers(() => Detector.Load(), (d, image) => Pixels(d.Detect(image).Draw(image))),
        ["draw masks"] = Answers(() => Segmenter.Load(), (s, image) => Pixels(s.Segment(image).Draw(image))),
    };

    public static TheoryData<string> Tasks => [.. _tasks.Keys];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void EveryPixelFormatIsSeenAlike(string task)
    {
        var gray = As(PixelFormat.Gray8);
        var grayAsColor = new PixelBuffer(gray.Width, gray.Height);
        for (var i = 0; i < gray.Width * gray.Height; i++)
        {
            grayAsColor.Data.Slice(3 * i, 3).Fill(gray.Data[i]);
        }

        var answers = _tasks[task]([_image, As(PixelFormat.Rgb24), As(PixelFormat.Bgra32), As(PixelFormat.Rgba32), grayAsColor, gray]);
        Assert.NotEmpty(answers[0]);
        Assert.NotEqual(answers[0], answers[4]);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(answers[0], answers[3]);
        Assert.Equal(answers[4], answers[5]);
    }

    private static PixelBuffer As(PixelFormat format)
    {
        var pixels = new PixelBuffer(_image.Width, _image.Height, format);
        var bytes = format.BytesPerPixel();
        for (var i = 0; i < _image.Width * _image.Height; i++)
        {
            var bgr = _image.Data.Slice(3 * i, 3);
            byte[] values = format switch
            {
                PixelFormat.Gray8 => [(byte)((bgr[0] + (2 * bgr[1]) + bgr[2]) / 4)],
                PixelFormat.Rgb24 => [bgr[2], bgr[1], bgr[0]],
                PixelFormat.Bgra32 => [bgr[0], bgr[1], bgr[2], 255],
                _ => [bgr[2], bgr[1], bgr[0], 255],
            };
            values.CopyTo(pixels.Data.Slice(bytes * i, bytes));
        }

        return pixels;
    }

    private static Func<PixelBuffer[], string[]> Answers<T>(Func<T> load, Func<T, PixelBuffer, string> answer)
        where T : IDisposable => images =>
        {
            using var predictor = load();
            return [.. images.Select(image => answer(predictor, image))];
        };

    private static string Text(Detections found) => string.Join('\n', found.AboveScore(0.3f).Select(o => $"{o.Class} {o.Score:R} {o.Box}"));

    /// <summary>Blue, green and red of every pixel, whatever the format of the drawing.</summary>
    private static string Pixels(PixelBuffer drawn)
    {
        var (red, green, blue) = drawn.Format switch
        {
            PixelFormat.Gray8 => (0, 0, 0),
            PixelFormat.Rgb24 or PixelFormat.Rgba32 => (0, 1, 2),
            _ => (2, 1, 0),
        };
        var bytes = drawn.Format.BytesPerPixel();
        var colors = new byte[3 * drawn.Width * drawn.Height];
        for (var i = 0; i < drawn.Width * drawn.Height; i++)
        {
            var pixel = drawn.Data.Slice(bytes * i, bytes);
            (colors[3 * i], colors[(3 * i) + 1], colors[(3 * i) + 2]) = (pixel[blue], pixel[green], pixel[red]);
        }

        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(colors));
    }
}
