using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Tests.Evaluation.Segmentation;

/// <summary>Options of evaluations in the form of texts.</summary>
public sealed class IdTableTests
{
    [Theory]
    [InlineData("255=1,3=4", null)]
    [InlineData("255=1,256=4", "256=4")]
    [InlineData("1", "1")]
    [InlineData("1= 2", "1= 2")]
    public void Tables_of_ids(string text, string? bad)
    {
        var table = IdTable.Parse(text.Split(','), out var found);
        Assert.Equal(bad, found);
        Assert.Equal(bad is null, table is not null);
        if (table is not null)
        {
            Assert.Equal((1, 4, 7), (table[255], table[3], table[7]));
        }
    }

    [Theory]
    [InlineData("0.5:0.05:0.95", 10)]
    [InlineData("0.3,0.7", 2)]
    [InlineData("0.7,0.3", null)]
    [InlineData("0.5:x:1", null)]
    [InlineData("0.5:0.001:1", null)]
    [InlineData("0", null)]
    public void Overlaps(string text, int? count)
    {
        var thresholds = CocoEvaluationOptions.ParseIouThresholds(text.Split(','));
        Assert.Equal(count, thresholds?.Count);
        Assert.True(count != 10 || thresholds!.SequenceEqual(CocoEvaluationOptions.Default.IouThresholds));
    }

    [Theory]
    [InlineData("tiny=0..256", true)]
    [InlineData("tiny=5..2", false)]
    [InlineData("=0..1", false)]
    public void Areas(string text, bool fits) => Assert.Equal(fits ? new CocoAreaRange("tiny", 0, 256) : null, CocoAreaRange.Parse(text));

    [Fact]
    public void Notes_name_options_as_their_reader_can_ask_for_them()
    {
        var counts = SegmentationCounts.Create(3, null, 255, AbsentClass.AsPaddleSeg, []);
        var map = new LabelMap([0, 1, 255, 255], 2, 2);
        counts.Matrix.Merge(counts.Count(new LabelPair("t.png", "p.png"), map, new LabelMap([0, 1, 1, 0], 2, 2)));
        Assert.Contains(SegmentationNotes.Of(counts), n => n.Contains("AbsentClass.Skipped", StringComparison.Ordinal));
        Assert.Contains(SegmentationNotes.Of(counts, "--map", "--skip"), n => n.Contains("(--skip)", StringComparison.Ordinal));
        var error = Assert.Throws<DataFormatException>(() => counts.Count(new LabelPair("t.png", "p.png"), map, new LabelMap(1, 4)));
        Assert.Contains("p.png", error.Message, StringComparison.Ordinal);
    }
}
