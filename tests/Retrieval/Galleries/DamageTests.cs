using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Files that were damaged after they were written: a clear error or the right content, never a wrong answer.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes;
    private readonly string _content;

    public DamageTests()
    {
        using (var gallery = Gallery.Create(_folder.File("g"), new GalleryHeader { Dimensions = 8 }))
        {
            var items = RandomVectors.Items(1, 20, 8);
            gallery.AddAsync(items[..15]).AsTask().Wait();
            gallery.RemoveAsync([2, 3]).AsTask().Wait();
            gallery.UpdateAsync(items[15..]).AsTask().Wait();
            _content = Content(gallery);
        }

        _bytes = File.ReadAllBytes(_folder.File("g"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_shorter_file_is_refused()
    {
        for (var length = 0; length < _bytes.Length; length++)
        {
            var message = Assert.Throws<DataFormatException>(() => Open(_bytes[..length])).Message;
            Assert.Contains("x'", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_refused_or_does_no_harm()
    {
        var random = new Random(77);
        var refused = 0;
        for (var at = 0; at < _bytes.Length; at++)
        {
            var damaged = (byte[])_bytes.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.True(Open(damaged) == _content, $"byte {at}");
            }
            catch (DataFormatException e)
            {
                Assert.Contains("x'", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        // Beyond the preamble, most of which is empty, every byte counts.
        Assert.InRange(refused, _bytes.Length - 1600, _bytes.Length);
    }

    [Theory]
    [InlineData(8, 2, "version 2; a newer program wrote it")]
    [InlineData(0, (byte)'X', "does not begin as one")]
    [InlineData(40 + 1536, 1, "checksum of the header")]
    public void Errors_say_what_is_wrong(int at, byte value, string message)
    {
        var damaged = (byte[])_bytes.Clone();
        damaged[at] = value;
        Assert.Contains(message, Assert.Throws<DataFormatException>(() => Open(damaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_else_is_refused()
    {
        Assert.Throws<DataFormatException>(() => Open([]));
        Assert.Throws<DataFormatException>(() => Open(new byte[5000]));
        Assert.Throws<DataFormatException>(() => Open([.. Enumerable.Repeat((byte)'{', 3000)]));
    }

    [Fact]
    public void Check_names_the_damaged_place()
    {
        _bytes[^30] ^= 1;
        File.WriteAllBytes(_folder.File("x"), _bytes);
        Assert.Contains("corrupt at byte", Assert.Throws<DataFormatException>(() => GalleryFiles.Check(_folder.File("x"))).Message, StringComparison.Ordinal);
    }

    private static string Content(Gallery gallery) =>
        string.Join('\n', gallery.Items().Select(i => $"{i.Id}|{i.Label}|{string.Join(',', i.Vector.ToArray())}|{string.Join(',', i.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}"))}"));

    private string Open(byte[] bytes)
    {
        File.WriteAllBytes(_folder.File("x"), bytes);
        using var gallery = Gallery.Open(_folder.File("x"), new GalleryOptions { ReadOnly = true });
        return Content(gallery);
    }
}
