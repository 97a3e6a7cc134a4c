using System.Security.Cryptography;
using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Teaching.Features;

public sealed class FeatureCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("model.features");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_added_is_there_after_opening_again()
    {
        Fill(5);
        using var cache = FeatureCache.Open(File, "key", 3);
        Assert.Equal(5, cache.Count);
        Assert.Equal(Values(4), cache.Find(Hash(4)));
        Assert.Null(cache.Find(Hash(9)));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(50, 4)]
    [InlineData(53, 3)]
    public void A_record_that_was_cut_off_is_dropped_and_the_others_stay(int bytes, int left)
    {
        Fill(5);
        using (var stream = new FileStream(File, FileMode.Open))
        {
            stream.SetLength(stream.Length - bytes);
        }

        using var cache = FeatureCache.Open(File, "key", 3);
        Assert.Equal(left, cache.Count);
        cache.Add(Hash(7), Values(7));
        Assert.Equal(Values(7), cache.Find(Hash(7)));
    }

    [Fact]
    public void A_damaged_record_is_never_read()
    {
        Fill(3);
        var bytes = System.IO.File.ReadAllBytes(File);
        bytes[^20] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);
        using var cache = FeatureCache.Open(File, "key", 3);
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void Another_key_or_length_begins_anew()
    {
        Fill(3);
        using (var cache = FeatureCache.Open(File, "other", 3))
        {
            Assert.Equal(0, cache.Count);
            cache.Add(Hash(1), Values(1));
        }

        using var longer = FeatureCache.Open(File, "other", 4);
        Assert.Equal(0, longer.Count);
    }

    [Fact]
    public void Another_file_is_not_overwritten()
    {
        System.IO.File.WriteAllText(File, "a diary");
        var error = Assert.Throws<DataFormatException>(() => FeatureCache.Open(File, "key", 3));
        Assert.Contains(File, error.Message);
        Assert.Equal("a diary", System.IO.File.ReadAllText(File));
    }

    private static byte[] Hash(int i) => SHA256.HashData([(byte)i]);

    private static float[] Values(int i) => [i, i + 0.5f, -i];

    private void Fill(int count)
    {
        using var cache = FeatureCache.Open(File, "key", 3);
        for (var i = 0; i < count; i++)
        {
            cache.Add(Hash(i), Values(i));
        }
    }
}
