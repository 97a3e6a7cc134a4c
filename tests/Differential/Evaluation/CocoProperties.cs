using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Masks;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Evaluation.Coco;

namespace PPLCNet.Vision.Tests.Differential.Evaluation;

/// <summary>COCO's and LVIS's numbers against the rules written plainly.</summary>
public sealed class CocoProperties
{
    [Fact]
    public void Boxes() => Property.Holds("coco-boxes", random =>
    {
        var (truth, results) = Data(random, federated: false);
        Close(PlainCocoEvaluator.Evaluate(truth, results), CocoEvaluator.Evaluate(truth, results).Summary.Values,
            CocoSummary.Names);
    });

    [Fact]
    public void Masks() => Property.Holds("coco-masks", random =>
    {
        var masks = MaskData.Create(random);
        var got = CocoEvaluator.Evaluate(masks.Truth, masks.Results, new CocoEvaluationOptions { Iou = CocoIou.Mask });
        Close(PlainCocoEvaluator.Evaluate(masks.Truth, masks.Results, masks.Overlap), got.Summary.Values, CocoSummary.Names);
    });

    [Fact]
    public void Shards() => Property.Holds("coco-shards", random =>
    {
        var (truth, results) = Data(random, federated: false);
        var shards = random.Next(2, 6);
        var options = new CocoEvaluationOptions { Threads = random.Next(1, 4) };
        var owner = Enumerable.Range(0, truth.Images.Count).Select(_ => random.Next(shards)).ToArray();
        var parts = Enumerable.Range(0, shards)
            .Select(s => CocoDataBuilder.Reread(
                CocoEvaluator.Evaluate(truth, results, options, position => owner[position] == s).Matches))
            .OrderBy(_ => random.Next())
            .ToList();
        var whole = CocoEvaluator.Evaluate(truth, results).Summary.Values.Select(BitConverter.DoubleToInt64Bits);
        Assert.Equal(whole, CocoMatches.Merge(parts).Accumulate().Summary.Values.Select(BitConverter.DoubleToInt64Bits));
    });

    [Fact]
    public void Lvis() => Property.Holds("lvis-boxes", random =>
    {
        var (truth, results) = Data(random, federated: true);
        var limit = random.Next(1, 40);
        var options = CocoEvaluationOptions.Lvis with { MaxDetectionsPerImage = limit, MaxDetections = [limit] };
        Close(
            PlainLvisEvaluator.Evaluate(truth, results, limit),
            LvisSummary.Of(CocoEvaluator.Evaluate(truth, results, options)).Values,
            LvisSummary.Names);
    });

    private static (CocoGroundTruth Truth, CocoResults Results) Data(Random random, bool federated) => CocoDataBuilder.Random(
        random.Next(), random.Next(1, 15), random.Next(1, 7), random.Next(0, random.Next(5) == 0 ? 700 : 200), federated);

    private static void Close(double[] expected, IReadOnlyList<double> got, IReadOnlyList<string> names)
    {
        Assert.Equal(expected.Length, got.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - got[i]) < 1e-12, $"{names[i]}: expected {expected[i]:r}, got {got[i]:r}");
        }
    }

    /// <summary>A data set of masks whose pixels are kept, so that overlaps can be counted pixel by pixel.</summary>
    private sealed record MaskData(CocoGroundTruth Truth, CocoResults Results, List<byte[]> TruthPixels,
        List<byte[]> ResultPixels)
    {
        public static MaskData Create(Random random)
        {
            var (width, height) = (random.Next(1, 70), random.Next(1, 60));
            var (images, categories) = (random.Next(1, 6), random.Next(1, 4));
            var builder = new CocoGroundTruthBuilder();
            for (var i = 0; i < images; i++)
            {
                builder.AddImage(10 + i, width, height);
            }

            for (var k = 0; k < categories; k++)
            {
                builder.AddCategory(k + 1, $"c{k}");
            }

            var (truths, found) = (new List<byte[]>(), new List<byte[]>());
            for (var n = 0; n < images * 4; n++)
            {
                var pixels = Blob(random, width, height);
                truths.Add(pixels);
                var mask = RleMask.FromPixels(height, width, pixels);
                builder.AddAnnotation(
                    n + 1, 10 + random.Next(images), 1 + random.Next(categories), mask.Box,
                        pixels.Sum(p => p) * (random.Next(3) == 0 ? 20 : 1),
                    random.Next(8) == 0, CocoSegmentation.FromMask(mask));
            }

            var results = new CocoResults();
            for (var n = random.Next(0, 60); n > 0; n--)
            {
                var pixels = random.Next(3) == 0 ? Blob(random, width, height) : Noisy(random, truths[random.Next(truths.Count)]);
                found.Add(pixels);
                results.Add(10 + random.Next(images), 1 + random.Next(categories), RleMask.FromPixels(height, width, pixels),
                    random.Next(10) / 10.0);
            }

            return new MaskData(builder.Build(), results, truths, found);
        }

        public double Overlap(CocoResults.Row detection, int annotation, bool crowd)
        {
            var (a, b) = (ResultPixels[detection.Outline], TruthPixels[annotation]);
            double shared = 0, either = 0, own = 0;
            for (var i = 0; i < a.Length; i++)
            {
                shared += a[i] & b[i];
                either += a[i] | b[i];
                own += a[i];
            }

            return shared == 0 ? 0 : shared / (crowd ? own : either);
        }

        private static byte[] Blob(Random random, int width, int height)
        {
            var pixels = new byte[width * height];
            for (var part = random.Next(0, 4); part > 0; part--)
            {
                var (x, y) = (random.Next(width), random.Next(height));
                var (right, bottom) = (Math.Min(width, x + random.Next(1, 40)), Math.Min(height, y + random.Next(1, 40)));
                for (; y < bottom; y++)
                {
                    pixels.AsSpan((y * width) + x, right - x).Fill(1);
                }
            }

            return pixels;
        }

        private static byte[] Noisy(Random random, byte[] pixels)
        {
            var noisy = (byte[])pixels.Clone();
            for (var n = random.Next(0, (pixels.Length / 8) + 1); n > 0; n--)
            {
                noisy[random.Next(noisy.Length)] ^= 1;
            }

            return noisy;
        }
    }
}
