using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

/// <summary>Alone in the process while it runs: other tests' memory would count.</summary>
[CollectionDefinition(nameof(RecognizerMemoryTests), DisableParallelization = true)]
[Collection(nameof(RecognizerMemoryTests))]
public sealed class RecognizerMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public void StaysBoundedOverTwoThousandWidths()
    {
        const int Seed = 31;
        var random = new Random(Seed);
        using var recognizer = TextRecognizer.Load("ppocr-v6-tiny-rec");
        var widest = new PixelBuffer(1200, 48);
        random.NextBytes(widest.Data);
        recognizer.Recognize(widest, null, TestContext.Current.CancellationToken);
        var warm = Resident();
        for (var i = 0; i < 2000; i++)
        {
            // Most lines are short, a few long; hardly two of one width.
            var width = 16 + (int)(Math.Pow(random.NextDouble(), 4) * 1184);
            recognizer.Recognize(widest.View.Crop(0, 0, width, 48), null, TestContext.Current.CancellationToken);
        }

        var grown = (Resident() - warm) / 1048576.0;
        output.WriteLine($"resident: {warm / 1048576.0:0.0} MiB after the widest line, {grown:+0.0;-0.0} MiB after 2000 more");
        Assert.True(grown < 64, $"seed {Seed}: {grown:0.0} MiB more after 2000 lines than after the widest one ({warm >> 20} MiB)");
    }

    private static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
