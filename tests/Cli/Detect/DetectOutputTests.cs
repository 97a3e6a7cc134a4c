using System.Globalization;
using System.Text.Json;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Detect;

/// <summary>Files that <c>detect</c> writes about many images: each about the right one, none over another.</summary>
public sealed class DetectOutputTests : IDisposable
{
    private static readonly string Page = Path.Combine(RepositoryPaths.Samples, "page.png");
    private static readonly string Photo = Path.Combine(RepositoryPaths.Samples, "coffee.jpg");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_of_one_base_name_are_told_apart_by_their_folders()
    {
        Put("in/a/1.png");
        Put("in/b/1.png");
        Put("in/2.png");
        Put("in/c/1.png");
        var truth = _folder.Write("gt.json", """
            {"images": [{"id": 1, "width": 5, "height": 7, "file_name": "a/1.png"}, {"id": 1.0e1, "file_name": ".\\b\\1.png"}, {"id": "two", "file_name": "x/2.png"}]}
            """);
        var run = Pplcnet.Run("detect", _folder.File("in"), "--json", "--max", "1", "--coco", _folder.File("out.json"), "--gt", truth).Expect(2);
        Assert.Equal(["\"two\"", "1", "10"], Ids("out.json").Select(id => id.GetRawText()));
        var error = run.Json()[^1].GetProperty("error"); // two images of that name, neither in its folder
        Assert.Equal("data", error.GetProperty("kind").GetString());
        Assert.Contains("found 2 that it may be", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("1 of 1 images do not have the size", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_image_of_one_id_is_an_error_also_after_a_resume()
    {
        Put("in/b_1280x720.png");
        string[] detect = ["detect", _folder.File("in"), "--max", "1", "--coco", _folder.File("out.json"), "--out", _folder.File("out.jsonl"), "--resume"];
        Pplcnet.Run(detect).Expect(0);
        Put("in/c_1280x720.png");
        Assert.Contains("b_1280x720.png", Pplcnet.Run(detect).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal("720", Assert.Single(Ids("out.json")).GetRawText());
    }

    [Fact]
    public void Images_that_differ_in_their_extension_have_outputs_of_their_own()
    {
        Put("in/x.png");
        File.Copy(Photo, _folder.File("in/x.jpg"));
        Pplcnet.Run(
            "detect", _folder.File("in"), "--score", "0.01", "--yolo", _folder.File("y"), "--voc", _folder.File("v"), "--draw", _folder.File("d")).Expect(0);
        Assert.Equal(["x-2.txt", "x.txt"], Names("y"));
        Assert.Equal(["x-2.xml", "x.xml"], Names("v"));
        Assert.Equal(["x.jpg", "x.png"], Names("d"));
        Assert.Contains("<filename>x.jpg</filename>", File.ReadAllText(_folder.File("v/x.xml")), StringComparison.Ordinal);
        Assert.Contains("<filename>x.png</filename>", File.ReadAllText(_folder.File("v/x-2.xml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6, "--yolo-scores")]
    public void Yolo_lines_have_five_columns_inside_the_image_and_scores_on_request(int columns, params string[] flags)
    {
        // A model that ships finds boxes beyond the edges of an image that is cut close.
        Pplcnet.Run(["detect", Photo, "--model", "picodet-x1.0-320-coco", "--score", "0.02", "--yolo", _folder.File("y"), .. flags]).Expect(0);
        var lines = File.ReadAllLines(_folder.File("y/coffee.txt"));
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            double[] values = [.. line.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            Assert.Equal(columns, values.Length);
            Assert.True(values[3] > 0 && values[4] > 0, line);
            Assert.True(values[1] - (values[3] / 2) >= -1e-9 && values[1] + (values[3] / 2) <= 1 + 1e-9, line);
            Assert.True(values[2] - (values[4] / 2) >= -1e-9 && values[2] + (values[4] / 2) <= 1 + 1e-9, line);
        }
    }

    [Fact]
    public void A_jfif_file_is_a_image_and_formats_that_are_not_read_are_told()
    {
        Directory.CreateDirectory(_folder.File("in"));
        File.Copy(Photo, _folder.File("in/x.jfif"));
        File.WriteAllText(_folder.File("in/y.heic"), "");
        var run = Pplcnet.Run("detect", _folder.File("in"), "--json", "--draw", _folder.File("d")).Expect(0);
        Assert.EndsWith("x.jfif", Assert.Single(run.Json()).GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Contains(".heic are skipped", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["x.jfif"], Names("d"));
    }

    [Fact]
    public void A_truth_that_numbers_categories_otherwise_is_told()
    {
        Put("in/1.png");
        var truth = _folder.Write("gt.json", """{"images": [{"id": 1, "file_name": "1.png"}], "categories": [{"id": 9, "name": "Text"}]}""");
        var run = Pplcnet.Run(
            "detect", _folder.File("in"), "--model", "picodet-x1.0-layout", "--coco", _folder.File("out.json"), "--gt", truth).Expect(0);
        Assert.Contains("'text' is 9 there and 1 in the results", run.Errors, StringComparison.Ordinal);
    }

    private void Put(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.Copy(Page, _folder.File(name));
    }

    private List<JsonElement> Ids(string name) =>
        [.. JsonDocument.Parse(File.ReadAllText(_folder.File(name))).RootElement.EnumerateArray().Select(e => e.GetProperty("image_id"))];

    private string[] Names(string folder) =>
        [.. Directory.EnumerateFiles(_folder.File(folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
