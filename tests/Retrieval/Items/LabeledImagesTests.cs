using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Items;

/// <summary>Lists of images, read by one reader for evaluations and galleries.</summary>
public sealed class LabeledImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_alone_has_the_name_of_its_folder_whatever_the_current_one_is()
    {
        var list = _folder.Write("list.txt", "cat/a.jpg\ndog/b.jpg\tpuppy\n");
        var images = LabeledImages.FromList(list);
        Assert.Equal(["cat", "puppy"], images.Select(i => i.Label));
        Assert.Equal([_folder.File("cat/a.jpg"), _folder.File("dog/b.jpg")], images.Select(i => i.Path));
        var set = new LabeledImageSet();
        set.AddList(list);
        Assert.Equal(images, set.Images);
    }

    [Fact]
    public void A_file_directly_beside_the_list_is_labeled_by_the_folder_of_the_list()
    {
        Directory.CreateDirectory(_folder.File("shop"));
        var list = _folder.Write("shop/list.txt", "a.jpg\n");
        Assert.Equal("shop", Assert.Single(LabeledImages.FromList(list)).Label);
    }

    [Fact]
    public void An_empty_label_is_an_error_with_its_line()
    {
        var list = _folder.Write("list.txt", "a.jpg\tcat\nb.jpg\t\n");
        var error = Assert.Throws<DataFormatException>(() => LabeledImages.FromList(list));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }
}
