using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Evaluation;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection.Evaluation;

/// <summary>A detector that finds one box in every image, against a truth that has it in one of them.</summary>
public sealed class DetectorEvaluationTests : IDisposable
{
    private const string Truth = """
        {"images": [{"id": 1, "width": 8, "height": 6, "file_name": "a.png"}, {"id": 2, "width": 8, "height": 6, "file_name": "b.png"}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 90, "bbox": [1, 1, 4, 4], "area": 16, "iscrowd": 0}],
         "categories": [{"id": 90, "name": "Cat"}, {"id": 91, "name": "ghost"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Images_are_detected_scored_and_merged()
    {
        ImageFile.Write(_folder.File("a.png"), new PixelBuffer(8, 6));
        using var detector = new OneBox();
        var evaluation = new DetectorEvaluation(detector, CocoGroundTruth.Load(_folder.Write("gt.json", Truth)));
        await evaluation.AddFolderAsync(_folder.Path, cancellationToken: Token);
        Assert.Equal("b.png", Assert.Single(evaluation.Failures).Image.FileName);
        var scores = evaluation.Score();
        Assert.Equal(1, scores.Evaluation.Summary.Values[0], 12);
        Assert.Contains(evaluation.Warnings(), w => w.Contains("could not be read", StringComparison.Ordinal));
        Assert.Contains(evaluation.Warnings(), w => w.Contains("ghost", StringComparison.Ordinal));

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            scores.WriteState(json);
            json.WriteEndObject();
        }

        using var state = JsonDocument.Parse(stream.ToArray());
        Assert.Equal(
            scores.Summarize().Values.Where(v => !v.Name.StartsWith("ms_", StringComparison.Ordinal)),
            DetectorScores.Merge([state.RootElement]).Summarize().Values.Where(v => !v.Name.StartsWith("ms_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_any_image_there_are_no_figures()
    {
        using var detector = new OneBox();
        var evaluation = new DetectorEvaluation(detector, CocoGroundTruth.Load(_folder.Write("gt.json", Truth)));
        await evaluation.AddFolderAsync(_folder.Path, cancellationToken: Token);
        Assert.Throws<DataFormatException>(() => evaluation.Score());
    }

    private sealed class OneBox : IObjectDetector
    {
        public string Name => "one box";

        public IReadOnlyList<string> Labels => ["cat"];

        public IReadOnlyList<int> CategoryIds => [1];

        public DetectionSettings Settings => throw new NotSupportedException();

        public Detections Detect(ImageSource image, DetectionOptions? options = null, CancellationToken cancellationToken = default) =>
            new([new(1, 1, 5, 5)], [0.9f], [0], Labels);

        public void Dispose()
        {
        }
    }
}
