using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Segmentation.Decoding;
using PPLCNet.Vision.Segmentation.Passes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Segmentation;

/// <summary>
/// The segmenter over a network that only looks at colours, so that every answer is known; and over the weights that ship.
/// </summary>
public class SegmenterTests
{
    private static readonly byte[] _colors = ColorNetwork(3, GraphTensor.Dynamic, GraphTensor.Dynamic);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(64, 48, null, false)]
    [InlineData(64, 48, "20x16", false)]
    [InlineData(65, 49, "20x16", false)]
    [InlineData(20, 16, "20x16", false)]
    [InlineData(21, 16, "20x16", false)]
    [InlineData(10, 49, "20x16", true)]
    [InlineData(64, 48, null, true)]
    public void Every_pixel_gets_the_class_of_its_colour(int width, int height, string? window, bool flip)
    {
        var image = Blocks(width, height);
        var options = new SegmentationOptions { Window = SizeOf(window), Flip = flip };
        using var segmenter = Load(Manifest(new MultipleRule(1)));
        var result = segmenter.Segment(image, options, Token);
        Assert.Equal((width, height), (result.Map.Width, result.Map.Height));
        Assert.Equal(Expected(image), result.Map.Ids.ToArray());
        Assert.Equal(width * height, result.Classes.Sum(c => c.Pixels));
        Assert.Equal(result.Classes.OrderByDescending(c => c.Pixels), result.Classes);
    }

    [Theory]
    [InlineData("33x20", "33x20")]
    [InlineData("33x20", "1x20")]
    [InlineData("7x5", "3x2")]
    public void Windows_of_any_step_cover_the_image(string window, string step)
    {
        var image = Blocks(70, 45);
        var options = new SegmentationOptions { Window = SizeOf(window), WindowStep = SizeOf(step), KeepLogits = true };
        using var segmenter = Load(Manifest(new MultipleRule(1)));
        var result = segmenter.Segment(image, options, Token);
        Assert.Equal(Expected(image), result.Map.Ids.ToArray());
        Assert.All(result.Confidence(), c => Assert.InRange(c, 0.9f, 1));
    }

    [Fact]
    public void Scales_average_to_the_same_answer_away_from_edges()
    {
        var image = Blocks(64, 48);
        var options = new SegmentationOptions { Scales = [0.75, 1, 1.25], Flip = true };
        using var segmenter = Load(Manifest(new MultipleRule(1)));
        var got = segmenter.Segment(image, options, Token).Map.Ids.ToArray();
        Assert.True(got.Zip(Expected(image)).Count(p => p.First == p.Second) > 0.97 * got.Length);
    }

    [Fact]
    public void Probabilities_add_to_one_and_agree_with_the_labels()
    {
        var image = Blocks(40, 30);
        using var loaded = Load(Manifest(new StretchRule(20, 15)));
        using var segmenter = loaded.With(new SegmentationOptions { KeepLogits = true });
        var result = segmenter.Segment(image, cancellationToken: Token);
        var planes = Enumerable.Range(0, 3).Select(result.Probability).ToArray();
        var confidence = result.Confidence();
        for (var i = 0; i < confidence.Length; i++)
        {
            Assert.Equal(1, planes.Sum(p => p[i]), 1e-5f);
            Assert.Equal(planes.Max(p => p[i]), confidence[i], 1e-6f);
            Assert.Equal(confidence[i], planes[result.Map.Ids[i]][i], 1e-6f);
        }

        Assert.Equal(result.Map.Ids.ToArray().Select(id => id == 1), result.Mask(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Probability(3));
    }

    [Fact]
    public void Without_logits_there_are_no_probabilities()
    {
        using var segmenter = Load(Manifest(new MultipleRule(1)));
        Assert.Throws<InvalidOperationException>(() => segmenter.Segment(Blocks(8, 8), cancellationToken: Token).Confidence());
    }

    [Fact]
    public void A_letterboxed_image_is_read_without_its_bars()
    {
        var image = Blocks(80, 20);
        using var segmenter = Load(Manifest(new LetterboxRule(40, 40)));
        var got = segmenter.Segment(image, cancellationToken: Token).Map;
        Assert.Equal((80, 20), (got.Width, got.Height));
        Assert.True(got.Ids.ToArray().Zip(Expected(image)).Count(p => p.First == p.Second) > 0.9 * got.Ids.Length);
    }

    [Fact]
    public void Channels_beyond_the_labels_never_win()
    {
        var manifest = Manifest(new MultipleRule(1)) with { Labels = ["red", "green"] };
        using var segmenter = Load(manifest);
        Assert.DoesNotContain((byte)2, segmenter.Segment(Blocks(30, 30), cancellationToken: Token).Map.Ids.ToArray());
    }

    [Fact]
    public void What_does_not_fit_fails_at_load()
    {
        var good = Manifest(new MultipleRule(1));
        Assert.Throws<ModelFormatException>(() => Load(good with { Labels = ["a", "b", "c", "d"] }));
        Assert.Throws<ModelFormatException>(() => Load(good with { Labels = [] }));
        Assert.Throws<ModelFormatException>(() => Load(Manifest(new CenterCropRule(0.8, 32, 32))));
        var small = ColorNetwork(3, 16, 24);
        Assert.Throws<ModelFormatException>(() => Load(Manifest(new StretchRule(32, 16)), small));
        Assert.Throws<ModelFormatException>(() => Load(good, [1, 2]));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_before_a_run()
    {
        using var segmenter = Load(Manifest(new MultipleRule(1)));
        using var small = Load(Manifest(new StretchRule(24, 16)), ColorNetwork(3, 16, 24));
        RefusedBy(small, new SegmentationOptions { Scales = [0.5, 1] });
        RefusedBy(segmenter, new SegmentationOptions { WindowStep = new PixelSize(9, 9) });
        RefusedBy(segmenter, new SegmentationOptions { Window = new PixelSize(8, 8), WindowStep = new PixelSize(9, 8) });
    }

    [Fact]
    public void Many_threads_get_the_same_answers()
    {
        using var loaded = Load(Manifest(new MultipleRule(1)));
        using var segmenter = loaded.With(new SegmentationOptions { Window = new PixelSize(32, 32) });
        Parallel.For(0, 32, i =>
        {
            var image = Blocks(40 + i, 60 - i);
            Assert.Equal(Expected(image), segmenter.Segment(image, cancellationToken: Token).Map.Ids.ToArray());
        });
    }

    [Fact]
    public void The_weights_that_ship_segment_a_photo()
    {
        using var segmenter = Segmenter.Load();
        Assert.Equal(11, segmenter.Labels.Count);
        var image = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "rocket.jpg"));
        var result = segmenter.Segment(image, cancellationToken: Token);
        Assert.Equal((image.Width, image.Height), (result.Map.Width, result.Map.Height));
        Assert.True(result.Classes.Count > 1);
        Assert.True(result.Timings.Run > 0);
        var overlay = result.Draw(image);
        Assert.Equal((image.Width, image.Height), (overlay.Width, overlay.Height));
    }

    [Theory]
    [InlineData(10, 20, 5, "0+10")]
    [InlineData(20, 20, 5, "0+20")]
    [InlineData(21, 20, 5, "0+20 1+20")]
    [InlineData(30, 20, 5, "0+20 5+20 10+20")]
    [InlineData(31, 20, 5, "0+20 5+20 10+20 11+20")]
    public void Windows_lie_where_PaddleSeg_puts_them(int length, int window, int step, string expected) =>
        Assert.Equal(expected, string.Join(' ', WindowSpan.Cover(length, window, step).Select(w => $"{w.Start}+{w.Length}")));

    private static void RefusedBy(Segmenter segmenter, SegmentationOptions options)
    {
        Assert.Throws<ArgumentException>(() => segmenter.Segment(Blocks(8, 8), options, Token));
        Assert.Throws<ArgumentException>(() => segmenter.With(options));
    }

    private static Segmenter Load(ModelManifest manifest, byte[]? model = null) =>
        Segmenter.Load(model ?? _colors, new SegmenterOptions { Manifest = manifest });

    private static PixelSize? SizeOf(string? text) =>
        text?.Split('x') is [var w, var h] ? new PixelSize(int.Parse(w), int.Parse(h)) : null;

    /// <summary>One 1x1 convolution: the logit of class c is the value of colour channel c.</summary>
    private static byte[] ColorNetwork(int classes, int height, int width)
    {
        var kernel = new float[classes * 3];
        for (var c = 0; c < classes; c++)
        {
            kernel[(c * 3) + c] = 10;
        }

        var graph = new GraphBuilder("colours");
        var image = new NetworkInput(height, width).AddTo(graph);
        graph.Output(graph.Conv(image, "colours", new FoldedConv(new WeightTensor([classes, 3, 1, 1], kernel), null), new ConvSpec(classes, 1)), "logits");
        return graph.ToBytes();
    }

    private static ModelManifest Manifest(SizeRule size) => new()
    {
        Name = "colours", Task = "segmentation", Labels = ["red", "green", "blue"], Preprocess = new Preprocess { Size = size },
    };

    /// <summary>Patches of pure red, green and blue.</summary>
    private static PixelBuffer Blocks(int width, int height)
    {
        var image = new PixelBuffer(width, height, PixelFormat.Rgb24);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                image.Row(y)[(x * 3) + (((x / 9) + (y / 7 * 2)) % 3)] = 255;
            }
        }

        return image;
    }

    private static byte[] Expected(PixelBuffer image)
    {
        var ids = new byte[image.Width * image.Height];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = (byte)image.Data.Slice(i * 3, 3).IndexOf((byte)255);
        }

        return ids;
    }
}
