using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>The samples of README and the guides compile, and those of README run on the sample images.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Pages =>
        [.. GuidePages.All.Where(page => GuidePages.Lines(page).Any(line => line.Trim() == "```csharp"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void EverySampleIsAProgramThatCompiles(string page) =>
        Assert.Multiple([.. CodeSample.Of(page).Select(sample => (Action)(() => SampleCompiler.Compile(sample)))]);

    [Fact]
    public void TheProgramsOfTheReadmeRun()
    {
        string[] printed =
        [
            "Region-based segmentation", "motorcycle", "sky", "espresso", "7 images stored", "1.00 a cup of coffee",
            "espresso, 3 objects", "AP 1.000, AP50 1.000",
        ];
        CodeSample[] samples = [.. CodeSample.Of("README.md")];
        Assert.Equal(printed.Length, samples.Length);
        using var folder = new WorkFolder();
        foreach (var (sample, expected) in samples.Zip(printed))
        {
            var output = SampleCompiler.Run(SampleCompiler.Compile(sample), folder.Path);
            Assert.True(
                output.Contains(expected, StringComparison.Ordinal), $"{sample}: expected '{expected}', found:\n{output}");
        }

        var drawn = ImageFile.Read(Path.Combine(folder.Path, "seen.png"));
        Assert.Equal((741, 500), (drawn.Width, drawn.Height));
    }

    [Fact]
    public void TheReadmeProgramsHaveFiveLines() =>
        Assert.All(CodeSample.Of("README.md"), sample => Assert.InRange(sample.Code.Split('\n').Count(IsStatement), 1, 5));

    private static bool IsStatement(string line) => line.Length > 0 && !line.StartsWith("using PPLCNet", StringComparison.Ordinal);
}
