using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation;

/// <summary>Parts of an evaluation, written and joined.</summary>
public sealed class EvaluationStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_add_up()
    {
        string[] paths = [Write("a", "classify", "0/2", new(4, 3, 4)), Write("b", "classify", "1/2", new(2, 1, 1))];
        var states = EvaluationState.ReadParts(paths);
        var sum = states.Aggregate(new ClassificationTally(), (t, s) => t.Add(ClassificationTally.ReadState(s.State)));
        Assert.Equal(new ClassificationTally(6, 4, 5), sum);
        Assert.Equal([("count", 6.0), ("top1", 4 / 6.0), ("top5", 5 / 6.0)], sum.Summarize().Values);
    }

    [Theory]
    [InlineData("classify", "0/2")]
    [InlineData("classify", "1/3")]
    [InlineData("coco", "1/2")]
    public void Parts_that_overlap_or_differ_are_refused(string kind, string shard)
    {
        string[] paths = [Write("a", "classify", "0/2", new(4, 3, 4)), Write("b", kind, shard, new(2, 1, 1))];
        var error = Assert.Throws<DataFormatException>(() => EvaluationState.ReadParts(paths));
        Assert.Contains(paths[1], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_does_not_fit_is_told_with_its_file()
    {
        string[] paths = [Write("a", "classify", "0/2", new(4, 3, 4)), Write("b", "classify", "1/2", new(2, 1, 1))];
        static ClassificationTally Sum(IReadOnlyList<System.Text.Json.JsonElement> states) =>
            states.Aggregate(new ClassificationTally(), (t, s) => t.Add(ClassificationTally.ReadState(s)));
        Assert.Equal(6, EvaluationState.Merge(paths, EvaluationState.ReadParts(paths), Sum).Count);
        EvaluationState.Write(paths[1], "classify", "1/2", json => json.WriteNumber("count", 2));
        var error = Assert.Throws<DataFormatException>(() => EvaluationState.Merge(paths, EvaluationState.ReadParts(paths), Sum));
        Assert.Contains(paths[1], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(paths[0], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/1 0/1", null)]
    [InlineData("1/3 2/3 0/3", null)]
    [InlineData("0/2", "1/2")]
    [InlineData("2/3 0/3", "1/3")]
    [InlineData("3/20", "0/20, 1/20, 2/20, 4/20, 5/20, 6/20, 7/20, 8/20, ...")]
    public void Every_part_must_be_there(string shards, string? missing)
    {
        string[] paths = [.. shards.Split(' ').Select((shard, i) => Write($"{i}", "classify", shard, new(4, 3, i)))];
        static int Count(IReadOnlyList<System.Text.Json.JsonElement> states) => states.Count;
        var states = EvaluationState.ReadParts(paths);
        if (missing is null)
        {
            Assert.Equal(paths.Length, EvaluationState.Merge(paths, states, Count));
            return;
        }

        var error = Assert.Throws<DataFormatException>(() => EvaluationState.Merge(paths, states, Count));
        Assert.EndsWith($"missing: {missing}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2/2")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("0/0")]
    public void A_shard_is_a_part_of_a_count(string shard) =>
        Assert.Throws<DataFormatException>(() => EvaluationState.ReadParts([Write("a", "classify", shard, new(4, 3, 4))]));

    [Fact]
    public void The_same_whole_run_is_not_counted_twice()
    {
        string[] paths = [Write("a", "classify", "0/1", new(4, 3, 4)), Write("b", "classify", "0/1", new(4, 3, 4))];
        Assert.Throws<DataFormatException>(() => EvaluationState.ReadParts(paths));
        paths[1] = Write("b", "classify", "0/1", new(4, 3, 3));
        Assert.Equal(2, EvaluationState.ReadParts(paths).Count);
    }

    [Fact]
    public void Names_of_a_summary_are_unique_and_what_is_not_finite_is_null()
    {
        var summary = new EvaluationSummary().Add("iou", 0.5).Add("iou", double.NaN).AddCount("pixels", 7);
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            summary.WriteJson(json);
            json.WriteEndObject();
        }

        Assert.Equal("""{"iou":0.5,"iou#2":null,"pixels":7}""", System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(["iou", "0.5000"], summary.Rows().First());
    }

    private string Write(string name, string kind, string shard, ClassificationTally tally)
    {
        EvaluationState.Write(_folder.File(name), kind, shard, json => tally.WriteState(json));
        return _folder.File(name);
    }
}
