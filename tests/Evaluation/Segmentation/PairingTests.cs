using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

namespace PPLCNet.Vision.Tests.Evaluation.Segmentation;

/// <summary>Which file belongs to which: Cityscapes' naming rules and folders of equal names.</summary>
public sealed class PairingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pairs").FullName;

    [Fact]
    public void Cityscapes_pairs_by_core_name_wherever_the_prediction_lies()
    {
        Touch("gtFine/val/b/b_000001_000002_gtFine_labelIds.png", "gtFine/val/a/a_000000_000001_gtFine_labelIds.png",
            "gtFine/val/a/a_000000_000001_gtFine_instanceIds.png", "gtFine/val/a/a_000000_000001_gtFine_color.png",
            "res/deep/er/a_000000_000001.png", "res/b_000001_000002_pred_labelIds.png", "res/b_000001_000003_pred.png");
        var pairs = CityscapesFiles.Pair(_root, At("res"));
        Assert.Equal([("a_000000_000001_gtFine_labelIds.png", "a_000000_000001.png"), ("b_000001_000002_gtFine_labelIds.png", "b_000001_000002_pred_labelIds.png")],
            pairs.Select(p => (Path.GetFileName(p.Truth), Path.GetFileName(p.Predicted))));
        Assert.Equal([true, false], pairs.Select(p => p.Instances is not null));
        Assert.Equal(2, CityscapesFiles.Pair(At("gtFine/val"), At("res")).Count);
    }

    [Theory]
    [InlineData(0, "found none")]
    [InlineData(2, "found a_000000_000001_x.png, a_000000_000001_y.png")]
    public void Cityscapes_wants_exactly_one_prediction(int predictions, string message)
    {
        Touch("gt/a_000000_000001_gtFine_labelIds.png", "res/other.png");
        Touch([.. ((string[])["x", "y"])[..predictions].Select(n => $"res/a_000000_000001_{n}.png")]);
        Assert.Contains(message, Assert.Throws<DataFormatException>(() => CityscapesFiles.Pair(At("gt"), At("res"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aachen_000000_000019_gtFine_labelIds.png", "aachen_000000_000019", "gtFine", "labelIds")]
    [InlineData("x/y/bonn_000031_000019_leftImg8bit.png", "bonn_000031_000019", "leftImg8bit", "")]
    public void Names_have_five_or_six_parts(string name, string core, string type, string type2)
    {
        var parsed = CityscapesName.Parse(name);
        Assert.Equal((core, type, type2, "png"), (parsed.Core, parsed.Type, parsed.Type2, parsed.Extension));
    }

    [Theory]
    [InlineData("photo.png")]
    [InlineData("a_b_c_d_e_f.png")]
    public void Other_names_are_refused(string name) => Assert.Throws<DataFormatException>(() => CityscapesName.Parse(name));

    [Fact]
    public void Folders_pair_by_stem()
    {
        Touch("ann/a.png", "ann/sub/b.png", "img/a.jpg", "img/sub/b.png", "img/unused.jpg", "img/a.txt");
        var pairs = LabelPair.ByName(At("ann"), At("img"), [".jpg", ".png"]);
        Assert.Equal([("a.png", "a.jpg"), ("b.png", "b.png")], pairs.Select(p => (Path.GetFileName(p.Truth), Path.GetFileName(p.Other))));
    }

    [Fact]
    public void Hidden_files_are_no_label_maps()
    {
        Touch("ann/a.png", "ann/._a.png", "ann/.cache/b.png", "img/a.png", "img/._a.png");
        Assert.Single(LabelPair.ByName(At("ann"), At("img"), [".png"]));
        Touch("gt/a_000000_000001_gtFine_labelIds.png", "gt/._a_000000_000001_gtFine_labelIds.png", "res/a_000000_000001.png",
            "res/.x/a_000000_000001.png");
        Assert.Single(CityscapesFiles.Pair(At("gt"), At("res")));
    }

    [Fact]
    public void A_missing_or_second_partner_is_refused()
    {
        Touch("ann/a.png", "img/b.png");
        Assert.Contains("expected a file 'a'", Assert.Throws<DataFormatException>(() => LabelPair.ByName(At("ann"), At("img"), [".png"])).Message, StringComparison.Ordinal);
        Touch("img/a.png", "img/a.jpg");
        Assert.Contains("found 2", Assert.Throws<DataFormatException>(() => LabelPair.ByName(At("ann"), At("img"), [".png", ".jpg"])).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => LabelPair.ByName(At("ann"), At("nowhere"), [".png"]));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string At(string path) => Path.Combine(_root, path);

    private void Touch(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
            File.WriteAllText(At(path), "");
        }
    }
}
