using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Writing over galleries, large items, locks, and what killed writers leave.</summary>
public sealed class GalleryWritingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GalleryHeader _header = new() { Dimensions = 8 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder.File("g");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gallery_that_is_being_written_is_not_overwritten()
    {
        using (var writer = Gallery.Create(Path, _header))
        {
            await writer.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
            using var index = new FlatIndex(8);
            await index.AddAsync(RandomVectors.Items(2, 3, 8), Cancellation);
            var refused = await Assert.ThrowsAsync<IOException>(() => index.SaveAsync(Path, overwrite: true, cancellationToken: Cancellation));
            Assert.Contains("another writer", refused.Message, StringComparison.Ordinal);
            Assert.Contains("another writer", Assert.Throws<IOException>(() => Gallery.Replace(Path, _header)).Message, StringComparison.Ordinal);
            Assert.Contains("another writer", Assert.Throws<IOException>(() => GalleryWhitening.Write(writer, Path, 2)).Message, StringComparison.Ordinal);
            await writer.AddAsync(RandomVectors.Items(3, 5, 8, firstId: 50), Cancellation);
        }

        using var again = Gallery.Open(Path);
        Assert.Equal(10, again.Count);
    }

    [Fact]
    public async Task A_replacement_takes_the_name_when_it_is_published_and_not_before()
    {
        using (var old = Gallery.Create(Path, _header with { Index = GalleryIndexKind.Hnsw }))
        {
            await old.AddAsync(RandomVectors.Items(1, 300, 8), Cancellation);
            old.SaveGraph();
        }

        File.WriteAllText(GalleryWhitening.PathOf(Path), "of the old one");
        using (var given = Gallery.Replace(Path, _header))
        {
            Assert.Equal(Path, given.FilePath);
        }

        Assert.Equal(["g", "g.hnsw", "g.lock", "g.whitening"], Files());
        using (var replacement = Gallery.Replace(Path, _header))
        {
            await replacement.AddAsync(RandomVectors.Items(2, 3, 8), Cancellation);
            Assert.Equal(300, CountOf(Path));
        }

        // What was finished is there, beside the old gallery, and can be gone on with.
        Assert.Equal((300, 3), (CountOf(Path), CountOf(Gallery.ReplacementPath(Path))));
        using (var replacement = Gallery.Replace(Path, _header, resume: true))
        {
            await replacement.AddAsync(RandomVectors.Items(4, 4, 8, firstId: 90), Cancellation);
            replacement.Publish();
            await replacement.AddAsync(RandomVectors.Items(5, 1, 8, firstId: 900), Cancellation);
        }

        Assert.Equal(8, CountOf(Path));
        Assert.Equal(["g", "g.lock"], Files());
    }

    [Fact]
    public async Task A_saved_copy_has_a_file_id_of_its_own()
    {
        using var gallery = Gallery.Create(Path, _header);
        await gallery.AddAsync(RandomVectors.Items(1, 5, 8), Cancellation);
        await GalleryFiles.SaveAsync(gallery, _folder.File("copy"), gallery.Header, cancellationToken: Cancellation);
        using var copy = Gallery.Open(_folder.File("copy"));
        Assert.NotEqual(gallery.Header.FileId, copy.Header.FileId);
        Assert.Equal(5, copy.Count);
    }

    /// <summary>
    /// 45 000 items with 8 kB of metadata each are more than a frame may hold, although their vectors are small.
    /// </summary>
    [Fact]
    public async Task Galleries_heavy_with_text_are_written_in_one_call()
    {
        var text = new string('x', 8000);
        var items = RandomVectors.Items(1, 45_000, 4).Select(i => new GalleryItem(i.Id, i.Label, i.Vector, new Dictionary<string, MetadataValue> { ["text"] = text })).ToArray();
        using var gallery = Gallery.Create(Path, _header with { Dimensions = 4 });
        await gallery.AddAsync(items, Cancellation);
        gallery.Compact();
        await gallery.SaveAsync(_folder.File("h"), cancellationToken: Cancellation);
        Assert.InRange(new FileInfo(_folder.File("h")).Length, 45_000L * 8000, 45_000L * 8300);
        GalleryFiles.Check(_folder.File("h"));
    }

    [Fact]
    public async Task An_item_that_is_too_large_is_refused_and_the_writer_goes_on()
    {
        using (var gallery = Gallery.Create(Path, _header))
        {
            var items = RandomVectors.Items(1, 6, 8);
            await gallery.AddAsync(items[..2], Cancellation);
            var length = gallery.FileBytes;
            var large = new GalleryItem(2, new string('x', Frame.MaxPayload), items[2].Vector);
            var refused = await Assert.ThrowsAsync<ArgumentException>(async () => await gallery.AddAsync([items[3], large], Cancellation));
            Assert.Contains("too large", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await gallery.AddAsync([items[3], new GalleryItem(4, "half a \ud800 pair", items[4].Vector)], Cancellation));
            Assert.Equal((2, length, length), (gallery.Count, gallery.FileBytes, new FileInfo(Path).Length));
            await gallery.AddAsync(items[5..], Cancellation);
        }

        using var again = Gallery.Open(Path);
        Assert.Equal([0L, 1L, 5L], again.Items().Select(i => i.Id));
    }

    [Fact]
    public void A_lock_that_cannot_be_made_is_not_called_held()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a device that cannot be written");
        Directory.CreateDirectory(Path + ".lock");
        var refused = Assert.ThrowsAny<Exception>(() => Gallery.Create(Path, _header));
        Assert.DoesNotContain("another writer", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        var read = Assert.ThrowsAny<Exception>(() => WriterLock.Take("/proc/none"));
        Assert.DoesNotContain("another writer", read.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_is_a_link_harms_nobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        var precious = _folder.Write("precious", "text");
        File.CreateSymbolicLink(Path + ".lock", precious);
        Assert.Contains(Path + ".lock", Assert.Throws<IOException>(() => Gallery.Create(Path, _header)).Message, StringComparison.Ordinal);
        Assert.Equal("text", File.ReadAllText(precious));
        File.Delete(Path + ".lock");
        Gallery.Create(Path, _header).Dispose();
        Assert.Equal("text", File.ReadAllText(precious));
    }

    [Fact]
    public void The_next_writer_clears_away_what_a_killed_one_left()
    {
        Gallery.Create(Path, _header).Dispose();
        foreach (var name in (string[])[$".g.{Guid.NewGuid():N}.tmp", $".g.hnsw.{Guid.NewGuid():N}.tmp", $".h.{Guid.NewGuid():N}.tmp", ".g.mine.tmp"])
        {
            _folder.Write(name, "x");
        }

        using var held = new FileStream(_folder.Write($".g.{Guid.NewGuid():N}.tmp", "x"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Gallery.Open(Path).Dispose();
        Assert.Equal(3, Files().Count(f => f!.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whitening_cannot_keep_more_directions_than_the_items_span()
    {
        var vectors = RandomVectors.Items(1, 21, 64).Select(i => i.Vector).ToArray();
        Assert.Equal(20, PcaWhitening.Fit(vectors, 20).OutputDimensions);
        var refused = Assert.Throws<ArgumentException>(() => PcaWhitening.Fit(vectors, 21));
        Assert.Contains("20", refused.Message, StringComparison.Ordinal);
    }

    private static int CountOf(string path)
    {
        using var gallery = Gallery.Open(path, new GalleryOptions { ReadOnly = true });
        return gallery.Count;
    }

    private string?[] Files() => [.. Directory.EnumerateFiles(_folder.Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)];
}
