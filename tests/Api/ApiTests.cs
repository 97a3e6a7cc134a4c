using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>What the libraries show to the world changes only on purpose.</summary>
public sealed class ApiTests
{
    /// <summary>Set to 1, the file is written instead of compared.</summary>
    private const string Update = "PPLCNET_UPDATE_API";

    /// <summary>More public types than this are a burden to whoever learns the library.</summary>
    private const int MostTypes = 237;

    private static string FilePath => Path.Combine(RepositoryPaths.Root, "tests", "Api", "api.txt");

    [Fact]
    public void The_public_surface_is_the_one_in_the_file()
    {
        var actual = ApiText.Of(Libraries.PublicTypes);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(FilePath, string.Join('\n', actual) + "\n");
            return;
        }

        var expected = File.ReadAllLines(FilePath);
        string[] changes = [.. expected.Except(actual).Select(l => "- " + l), .. actual.Except(expected).Select(l => "+ " + l)];
        Assert.True(
            changes.Length == 0,
            $"The public API differs from tests/Api/api.txt; if that is meant, run this test with {Update}=1.\n"
            + string.Join('\n', changes));
    }

    [Fact]
    public void The_public_surface_stays_small()
    {
        var count = Libraries.PublicTypes.Count(t => !t.IsNested);
        Assert.True(count <= MostTypes, $"Expected at most {MostTypes} public types, found {count}.");
    }

    [Fact]
    public void Namespaces_follow_the_packages()
    {
        var wrong = Libraries.PublicTypes
            .Where(t => t.Assembly.GetName().Name is { } library && library != "PPLCNet.Vision.Core"
                && t.Namespace != library && !t.Namespace!.StartsWith(library + ".", StringComparison.Ordinal))
            .Select(t => t.FullName);
        Assert.Empty(wrong);
    }
}
