using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Core.Labels;

/// <summary>The label table, the ways between ids and train ids, and the palettes.</summary>
public class CityscapesLabelsTests
{
    [Fact]
    public void The_table_is_consistent()
    {
        Assert.Equal(Enumerable.Range(0, 34), CityscapesLabels.All.Select(l => l.Id));
        Assert.Equal(Enumerable.Range(0, 19), CityscapesLabels.Evaluated.Select(l => (int)l.TrainId));
        Assert.Equal(["void", "flat", "construction", "object", "nature", "sky", "human", "vehicle"], CityscapesLabels.Categories);
        Assert.Equal(10, CityscapesLabels.All.Count(l => l.HasInstances));
        Assert.All(CityscapesLabels.All, l => Assert.Equal(l.HasInstances, CityscapesLabels.AverageInstanceSize.ContainsKey(l.Name)));
    }

    [Fact]
    public void Train_ids_go_to_label_ids_and_back()
    {
        var trained = new CityscapesTrainIdMap(new LabelMap([.. Enumerable.Range(0, 19).Select(i => (byte)i), 255], 20, 1));
        var ids = trained.ToLabelIds();
        Assert.Equal(7, ids.Pixels[0, 0]);
        Assert.Equal(33, ids.Pixels[18, 0]);
        Assert.Equal(0, ids.Pixels[19, 0]);
        Assert.Equal(trained.Pixels.Ids, ids.ToTrainIds().Pixels.Ids);
    }

    [Fact]
    public void The_data_sets_own_train_id_map_agrees_with_ours()
    {
        var folder = RepositoryPaths.Shared("datasets", "cityscapes-mini");
        var ids = CityscapesIdMap.Read(Path.Combine(folder, "frankfurt_000000_000294_gtFine_labelIds.png"));
        var train = CityscapesTrainIdMap.Read(Path.Combine(folder, "frankfurt_000000_000294_gtFine_labelTrainIds.png"));
        // Both files of this sample were made smaller on their own, so some pixels on edges differ.
        var mapped = ids.ToTrainIds().Pixels.Ids.ToArray();
        Assert.True(mapped.Zip(train.Pixels.Ids.ToArray()).Count(p => p.First == p.Second) > 0.995 * mapped.Length);
    }

    [Theory]
    [InlineData(34)]
    [InlineData(255)]
    public void Ids_out_of_range_are_refused(byte id)
    {
        var error = Assert.Throws<DataFormatException>(() => new CityscapesIdMap(new LabelMap([7, 7, id, 7], 2, 2), "a.png"));
        Assert.Contains($"found {id} at (0, 1)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'a.png'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_ids_are_no_train_ids() =>
        Assert.Throws<DataFormatException>(() => new CityscapesTrainIdMap(new LabelMap([0, 18, 19], 3, 1)));

    [Fact]
    public void The_default_palette_is_VOCs_without_black()
    {
        Color[] first =
        [
            new(128, 0, 0), new(0, 128, 0), new(128, 128, 0), new(0, 0, 128), new(128, 0, 128), new(0, 128, 128), new(128, 128, 128),
            new(64, 0, 0), new(192, 0, 0), new(64, 128, 0), new(192, 128, 0), new(64, 0, 128), new(192, 0, 128), new(64, 128, 128),
            new(192, 128, 128), new(0, 64, 0), new(128, 64, 0), new(0, 192, 0), new(128, 192, 0),
        ];
        Assert.Equal(first, Palette.Voc.Colors.Take(19));
        Assert.Equal(new Color(0, 0, 142), Palette.CityscapesTrainIds[13]);
        Assert.Equal(Color.Black, Palette.CamVid[200]);
    }
}
