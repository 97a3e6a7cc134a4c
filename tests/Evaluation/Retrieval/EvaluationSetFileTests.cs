using PPLCNet.Vision.Evaluation.Retrieval;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Evaluation.Retrieval;

/// <summary>Vectors with labels from files.</summary>
public sealed class EvaluationSetFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_get_length_one_unless_they_stay_as_they_are()
    {
        var matrix = Matrix([3, 4], [0, 2]);
        var labels = _folder.Write("l.txt", "x/a.jpg\tcat\tleft\ny/b.jpg\tdog\tright\n");
        var set = EvaluationSet.Read(matrix, labels, withGroups: true);
        Assert.Equal(["cat", "dog"], set.Labels);
        Assert.Equal(["left", "right"], set.Groups!);
        Assert.Equal([0.6f, 0.8f], set[0].ToArray());
        Assert.Equal([3, 4], EvaluationSet.Read(matrix, labels, normalize: false)[0].ToArray());
    }

    [Theory]
    [InlineData("a.jpg\tcat\n", false, "expected 2 labels")]
    [InlineData("a.jpg\tcat\nb.jpg\tdog\n", true, "third field")]
    public void Lists_that_do_not_fit_are_told(string list, bool groups, string expected)
    {
        var labels = _folder.Write("l.txt", list);
        var error = Assert.Throws<DataFormatException>(() => EvaluationSet.Read(Matrix([3, 4], [0, 2]), labels, withGroups: groups));
        Assert.Contains(labels, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private string Matrix(params float[][] rows)
    {
        var path = _folder.File("m.npy");
        using var writer = new NpyWriter(path, rows[0].Length);
        foreach (var row in rows)
        {
            writer.Add(row);
        }

        writer.Complete();
        return path;
    }
}
