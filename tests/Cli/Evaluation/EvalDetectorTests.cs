using System.Globalization;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Evaluation;

/// <summary>
/// <c>pplcnet eval detector</c> on truths as tools export them. The truth is what the page model finds on a page.
/// </summary>
public sealed class EvalDetectorTests : IDisposable
{
    private const string Model = "picodet-x1.0-layout";
    private readonly TemporaryFolder _folder = new();
    private readonly List<DetectedObject> _objects;
    private readonly (int Width, int Height) _size;

    public EvalDetectorTests()
    {
        var page = ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "page.png"));
        using var detector = Detector.Load(Model);
        _objects = [.. detector.Detect(page, new DetectionOptions { ScoreThreshold = 0.5f })];
        _size = (page.Width, page.Height);
        Directory.CreateDirectory(_folder.File("in/sub"));
        File.Copy(Path.Combine(RepositoryPaths.Samples, "page.png"), _folder.File("in/sub/page.png"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{0}", "sub/page.png")]
    [InlineData("{0}", "sub\\\\page.png")]
    [InlineData("9{0}", "sub/page.png")] // renumbered
    [InlineData("\"c{0}\"", "sub/page.png")] // named ids
    public void Categories_are_paired_by_name_whatever_their_numbers(string id, string file)
    {
        var truth = Write(id, file, _size.Width, _size.Height);
        var run = Eval(truth, "--coco", _folder.File("dt.json")).Expect(0);
        Assert.Equal(1, run.Json()[0].GetProperty("AP").GetDouble(), 1e-9);
        Assert.Empty(run.Errors);
        var again = Pplcnet.Run("eval", "coco", "--gt", truth, "--dt", _folder.File("dt.json"), "--json").Expect(0);
        Assert.Equal(1, again.Json()[0].GetProperty("AP").GetDouble(), 1e-9);
    }

    [Fact]
    public void Names_that_do_not_pair_are_an_error_that_shows_both()
    {
        var truth = Write("{0}", "sub/page.png", _size.Width, _size.Height);
        var text = File.ReadAllText(truth);
        foreach (var name in _objects.Select(o => o.Class).Distinct())
        {
            text = text.Replace($"\"name\": \"{name}\"", $"\"name\": \"animal {name}\"", StringComparison.Ordinal);
        }

        var run = Eval(_folder.Write("gt.json", text)).Expect(2);
        Assert.Empty(run.Output);
        Assert.Contains("figure_caption", run.Errors, StringComparison.Ordinal);
        Assert.Contains($"animal {_objects[0].Class}", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_one_side_leave_the_numbers_to_pair()
    {
        var text = File.ReadAllText(Write("{0}", "sub/page.png", _size.Width, _size.Height));
        foreach (var name in _objects.Select(o => o.Class).Distinct())
        {
            text = text.Replace($", \"name\": \"{name}\"", "", StringComparison.Ordinal);
        }

        Assert.Equal(1, Eval(_folder.Write("gt.json", text)).Expect(0).Json()[0].GetProperty("AP").GetDouble(), 1e-9);
    }

    [Fact]
    public void Sizes_that_differ_are_counted()
    {
        var half = Eval(Write("{0}", "sub/page.png", _size.Width / 2, _size.Height / 2)).Expect(0);
        Assert.Contains("1 of 1 images do not have the size that the truth says", half.Errors, StringComparison.Ordinal);
        var turned = Eval(Write("{0}", "sub/page.png", _size.Height, _size.Width)).Expect(0);
        Assert.Contains("1 of them have width and height exchanged", turned.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_cannot_be_read_are_told_and_counted_and_the_rest_goes_on()
    {
        var text = File.ReadAllText(Write("{0}", "sub/page.png", _size.Width, _size.Height)).Replace(
            "\"images\": [",
            "\"images\": [{\"id\": 7, \"file_name\": \"none.png\"}, {\"id\": 8, \"file_name\": \"../gt.json\"}, {\"id\": 6}, ",
            StringComparison.Ordinal);
        var truth = _folder.Write("gt.json", text);
        var run = Eval(truth, "--state", _folder.File("0.state")).Expect(2);
        Assert.Equal((1.0, 1, 3), (Math.Round(run.Json()[0].GetProperty("AP").GetDouble(), 9), Count(run, "images"), Count(run, "failed")));
        Assert.Contains("none.png", run.Errors, StringComparison.Ordinal);
        Assert.Contains("'../gt.json': expected a file_name below", run.Errors, StringComparison.Ordinal);
        Assert.Contains("3 of 4 images could not be read", run.Errors, StringComparison.Ordinal);
        Assert.Equal(3, Count(Pplcnet.Run("eval", "merge", _folder.File("0.state"), "--json").Expect(2), "failed"));
        Assert.Empty(Eval(truth, "--stop-on-error").Expect(2).Output);
    }

    private static int Count(Pplcnet run, string name) => run.Json()[0].GetProperty(name).GetInt32();

    private Pplcnet Eval(string truth, params string[] flags) =>
        Pplcnet.Run(["eval", "detector", "--model", Model, "--images", _folder.File("in"), "--gt", truth, "--score", "0.5", "--json", .. flags]);

    // Every object of the page under the id that the format makes of its class.
    private string Write(string id, string file, int width, int height)
    {
        string Id(int classId) => string.Format(CultureInfo.InvariantCulture, id, classId + 1);
        var annotations = _objects.Select((o, i) => FormattableString.Invariant(
            $$"""{"id": {{i + 1}}, "image_id": 1, "category_id": {{Id(o.ClassId)}}, "bbox": [{{o.Box.X0}}, {{o.Box.Y0}}, {{o.Box.Width}}, {{o.Box.Height}}]}"""));
        var categories = _objects.DistinctBy(o => o.ClassId).Select(o => $$"""{"id": {{Id(o.ClassId)}}, "name": "{{o.Class}}"}""");
        return _folder.Write("gt.json", $$"""
            {"images": [{"id": 1, "width": {{width}}, "height": {{height}}, "file_name": "{{file}}"}],
             "categories": [{{string.Join(", ", categories)}}], "annotations": [{{string.Join(", ", annotations).Replace("]}", "], \"area\": 100}", StringComparison.Ordinal)}}]}
            """);
    }
}
