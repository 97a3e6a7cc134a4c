using OpenCvSharp;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Core.Labels;

/// <summary>PNG files of ids: what is written reads back, OpenCV reads it too, and colours are refused.</summary>
public sealed class LabelPngTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("labelpng").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_come_back(bool indexed)
    {
        var map = Random(37, 21, 256);
        var path = Path.Combine(_folder, "a.png");
        map.Write(path, indexed ? Palette.Voc : null);
        var back = LabelMap.Read(path);
        Assert.Equal((37, 21), (back.Width, back.Height));
        Assert.Equal(map.Ids, back.Ids);
    }

    [Fact]
    public void OpenCV_reads_grey_ids_and_palette_colours()
    {
        var map = Random(30, 20, 19);
        var (grey, colored) = (Path.Combine(_folder, "g.png"), Path.Combine(_folder, "c.png"));
        map.Write(grey);
        map.Write(colored, Palette.CityscapesTrainIds);
        using var g = Cv2.ImRead(grey, ImreadModes.Unchanged);
        using var c = Cv2.ImRead(colored, ImreadModes.Color);
        Assert.Equal(MatType.CV_8UC1, g.Type());
        for (var y = 0; y < map.Height; y++)
        {
            for (var x = 0; x < map.Width; x++)
            {
                Assert.Equal(map[x, y], g.At<byte>(y, x));
                var bgr = c.At<Vec3b>(y, x);
                var expected = Palette.CityscapesTrainIds[map[x, y]];
                Assert.Equal((expected.R, expected.G, expected.B), (bgr.Item2, bgr.Item1, bgr.Item0));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Files_of_OpenCV_with_every_row_filter_come_back(int level)
    {
        // Smooth content makes the encoder choose among the row filters.
        var ids = new byte[64 * 48];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = (byte)((i % 64 * 3) + (i / 64 * 2) + (i % 7));
        }

        var path = Path.Combine(_folder, "f.png");
        using (var mat = Mat.FromPixelData(48, 64, MatType.CV_8UC1, ids))
        {
            for (var strategy = 0; strategy < 4; strategy++)
            {
                Cv2.ImWrite(path, mat, [(int)ImwriteFlags.PngCompression, level, (int)ImwriteFlags.PngStrategy, strategy]);
                Assert.Equal(ids, LabelMap.Read(path).Ids.ToArray());
            }
        }
    }

    [Fact]
    public void Sixteen_bit_instances_come_back()
    {
        var ids = Enumerable.Range(0, 40 * 30).Select(i => (ushort)(i * 27 % 34000)).ToArray();
        var path = Path.Combine(_folder, "i.png");
        using (var mat = Mat.FromPixelData(30, 40, MatType.CV_16UC1, ids))
        {
            Cv2.ImWrite(path, mat);
        }

        Assert.Equal(ids, InstanceMap.Read(path).Ids.ToArray());
        Assert.Contains("16-bit", Assert.Throws<DataFormatException>(() => LabelMap.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_bit_palette_masks_read_as_ids()
    {
        var map = LabelMap.Read(RepositoryPaths.Shared("datasets", "cityscapes-mini", "00000_gt.png"));
        Assert.Equal((256, 128), (map.Width, map.Height));
        Assert.Equal([0, 2], map.Ids.ToArray().Distinct().Order().Select(id => (int)id));
    }

    [Fact]
    public void A_colour_image_is_refused_where_ids_are_expected()
    {
        var path = Path.Combine(_folder, "rgb.png");
        using (var mat = new Mat(8, 8, MatType.CV_8UC3, new Scalar(128, 64, 128)))
        {
            Cv2.ImWrite(path, mat);
        }

        var error = Assert.Throws<DataFormatException>(() => LabelMap.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("colors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_files_are_refused()
    {
        var path = Path.Combine(_folder, "b.png");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Throws<DataFormatException>(() => LabelMap.Read(path));
        Random(50, 50, 200).Write(path);
        var whole = File.ReadAllBytes(path);
        foreach (var length in (int[])[20, 40, whole.Length / 2, whole.Length - 13])
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<DataFormatException>(() => LabelMap.Read(path));
        }
    }

    [Fact]
    public void Resize_takes_the_floor_of_the_source_index()
    {
        var map = new LabelMap([0, 1, 2, 3, 4], 5, 1);
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4], map.Resize(13, 1).Ids.ToArray().Select(i => (int)i));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LabelMap Random(int width, int height, int classes)
    {
        var random = new Random(7);
        return new LabelMap([.. Enumerable.Range(0, width * height).Select(_ => (byte)random.Next(classes))], width, height);
    }
}
