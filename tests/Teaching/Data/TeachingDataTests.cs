using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;

namespace PPLCNet.Vision.Tests.Teaching.Data;

public sealed class TeachingDataTests : IDisposable
{
    private readonly PhotoFolder _photos = new();

    public void Dispose() => _photos.Dispose();

    public static TheoryData<string, string[], string> WrongFolders => new()
    {
        { "one class", ["cat/1.png", "cat/2.png"], "only 'cat' with 2 images" },
        { "one photo", ["cat/1.png"], "only 'cat' with 1 image" },
        { "no photo", [], "found no image" },
        { "one photo a label", [.. Enumerable.Range(0, 1000).Select(i => $"label{i}/1.png")], "1000 labels, each with one image" },
        { "two photos of one label only", ["a/1.png", "a/2.png", "b/1.png"], "all but one with one image" },
        { "a photo beside the labels", ["1.png", "a/1.png", "b/1.png"], "found one in the folder itself" },
        { "photos in a label and below it", ["a/1.png", "a/more/2.png", "b/1.png"], "both in 'a' and below it, in 'a/more'" },
    };

    [Theory]
    [MemberData(nameof(WrongFolders))]
    public void A_folder_that_teaches_nothing_is_told(string name, string[] files, string expected)
    {
        foreach (var file in files)
        {
            _photos.AddFile(file, [1]);
        }

        using var trainer = HeadTrainer.Load();
        var error = Assert.Throws<DataFormatException>(() => trainer.Teach(TeachingData.FromFolder(_photos.Path), cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal) && error.Message.Contains(_photos.Path, StringComparison.Ordinal), $"{name}: {error.Message}");
    }

    [Theory]
    [InlineData("one image a label", "a.png\tx\nb.png\ty\n", "2 labels on 2 images, each on one image")]
    [InlineData("every image has every label", "a.png\tx\nb.png\tx\nc.png\tx\n", "1 label on 3 images, each on one image or on all")]
    [InlineData("no label", "a.png\t\nb.png\t\n", "0 labels on 2 images")]
    [InlineData("no file", "none.png\tx\nnone2.png\tx\na.png\t\n", "2 files could not be used, the first because: ")]
    public void A_list_that_teaches_nothing_is_told(string name, string lines, string expected)
    {
        for (var i = 0; i < 3; i++)
        {
            File.Copy(_photos.Add("red", (40, 50, 210), 1, seed: i)[0], _photos.Beside($"{"abc"[i]}.png"));
        }

        var list = _photos.Beside("list.tsv");
        File.WriteAllText(list, lines);
        using var trainer = HeadTrainer.Load();
        var error = Assert.Throws<DataFormatException>(() => trainer.Teach(TeachingData.FromList(list), cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), $"{name}: {error.Message}");
    }

    [Fact]
    public void Nested_folders_are_labels_by_their_path_and_empty_ones_are_told()
    {
        _photos.AddFile("fruit/apple/1.png", [1]);
        _photos.AddFile("fruit/kiwi/1.png", [1]);
        Directory.CreateDirectory(Path.Combine(_photos.Path, "nothing"));
        var data = TeachingData.FromFolder(_photos.Path);
        Assert.Equal(["fruit/apple", "fruit/kiwi"], data.Labels);
        Assert.Contains("1 folder without images, of which no label is made: 'nothing'", Assert.Single(data.Notes));
    }

    [Fact]
    public void A_validation_with_a_label_of_its_own_is_refused()
    {
        _photos.AddFile("a/1.png", [1]);
        using var other = new PhotoFolder();
        other.AddFile("b/1.png", [1]);
        Assert.Contains("found 'b'", Assert.Throws<DataFormatException>(() => TeachingData.FromFolder(_photos.Path, other.Path)).Message);
    }

    [Fact]
    public void Lists_give_images_any_number_of_labels()
    {
        var list = _photos.Beside("list.tsv");
        File.WriteAllText(list, "a.png\tred;round\nb.png\tred\nb.png\tsquare\nc.png\t\n");
        var data = TeachingData.FromList(list);
        Assert.True(data.IsMultiLabel);
        Assert.Equal(["red", "round", "square"], data.Labels);
        Assert.Equal([["red", "round"], ["red", "square"], []], data.Photos.Select(p => p.Labels));
    }
}
