using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Galleries built from the library, with the embedding that ships.</summary>
public sealed class GalleryBuilderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Embedder _embedder = Embedder.Load();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Photos => _folder.File("photos");

    private string GalleryPath => _folder.File("shop.plcg");

    public void Dispose()
    {
        _embedder.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_folder_becomes_a_gallery_and_what_is_no_image_is_reported()
    {
        CopyPhotos();
        File.WriteAllText(Path.Combine(Photos, "drinks", "broken.jpg"), "no image");
        var progress = new Steps();
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder))
        {
            var report = await builder.AddFolderAsync(Photos, progress, Token);
            Assert.True(builder.Complete());
            Assert.Equal((2, 0), (report.Stored, report.Known));
            var failure = Assert.Single(report.Failures);
            Assert.EndsWith("broken.jpg", failure.Source, StringComparison.Ordinal);
            Assert.IsType<ImageException>(failure.Error);
        }

        Assert.Equal([1, 2, 3], progress.Values.Select(p => p.Done));
        Assert.Single(progress.Values, p => p.Error is not null && p.Total == 3);
        using var gallery = Gallery.Open(GalleryPath, new GalleryOptions { ReadOnly = true });
        Assert.Equal(["animals", "drinks"], gallery.Items().Select(i => i.Label).Order());
        Assert.Equal(_embedder.Fingerprint, gallery.Header.ModelFingerprint);
    }

    [Fact]
    public async Task Known_images_are_passed_over_or_updated_in_place()
    {
        CopyPhotos();
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder))
        {
            await builder.AddFolderAsync(Photos, cancellationToken: Token);
        }

        long[] ids;
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Mode = GalleryMode.Open }))
        {
            var report = await builder.AddFolderAsync(Photos, cancellationToken: Token);
            Assert.Equal((0, 2), (report.Stored, report.Known));
            ids = [.. builder.Gallery.Items().Select(i => i.Id)];
        }

        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Update = true }))
        {
            var cat = Path.Combine(Photos, "animals", "cat.jpg");
            var report = await builder.AddAsync([new LabeledImage(cat, "tabby")], cancellationToken: Token);
            Assert.Equal((1, 0), (report.Stored, report.Known));
            Assert.Equal(ids, builder.Gallery.Items().Select(i => i.Id));
            Assert.Contains(builder.Gallery.Items(), i => i.Label == "tabby");
        }
    }

    [Fact]
    public async Task A_list_names_files_and_labels()
    {
        CopyPhotos();
        var list = _folder.Write("list.txt", "photos/animals/cat.jpg\tcat\nphotos/drinks/coffee.jpg\tcoffee\nphotos/animals/../animals/cat.jpg\tcat\n");
        using var builder = GalleryBuilder.Open(GalleryPath, _embedder);
        var report = await builder.AddListAsync(list, cancellationToken: Token);
        Assert.Equal(2, report.Stored);
        Assert.Equal(["cat", "coffee"], builder.Gallery.Items().Select(i => i.Label));
    }

    [Fact]
    public void A_file_with_two_labels_is_refused()
    {
        var images = new LabeledImageSet();
        images.Add("a/1.jpg", "tea");
        images.Add("a/../a/1.jpg", "tea");
        Assert.Single(images.Paths);
        Assert.Throws<ArgumentException>(() => images.Add("a/1.jpg", "coffee"));
        images.Add("b/2.jpg");
        Assert.Equal("b", images.LabelOf("b/2.jpg"));
    }

    [Fact]
    public async Task A_cancelled_run_keeps_what_it_embedded()
    {
        CopyPhotos();
        using var stop = new CancellationTokenSource();
        var progress = new Steps(stop);
        using var builder = GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Workers = 1 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => builder.AddFolderAsync(Photos, progress, stop.Token));
        Assert.Equal(1, builder.Gallery.Count);
    }

    [Fact]
    public async Task Rows_of_a_matrix_are_stored_and_bad_ones_reported()
    {
        using (var writer = new NpyWriter(_folder.File("m.npy"), 2))
        {
            writer.Add([1, 0]);
            writer.Add([0, 0]);
            writer.Add([0, 2]);
            writer.Complete();
        }

        _folder.Write("m.txt", "tea\nnothing\ncoffee\n");
        using var matrix = LabeledMatrix.Open(_folder.File("m.npy"));
        using var builder = GalleryBuilder.Open(GalleryPath, matrix.Dimensions);
        var report = await builder.AddAsync(matrix, Token);
        Assert.Equal(2, report.Stored);
        Assert.Equal("1", Assert.Single(report.Failures).Source);
        Assert.Equal(["tea", "coffee"], builder.Gallery.Items().Select(i => i.Label));
        await Assert.ThrowsAsync<InvalidOperationException>(() => builder.AddFolderAsync(_folder.Path, cancellationToken: Token));
    }

    [Fact]
    public async Task An_exported_matrix_is_read_back()
    {
        using (var writer = new LabeledMatrixWriter(_folder.File("m.npy"), 2))
        {
            writer.Add("a/1.jpg", [1, 0], "green tea");
            writer.Add("a/2.jpg", [0, 1], "coffee");
            writer.Complete();
        }

        using var builder = GalleryBuilder.Open(GalleryPath, 2);
        using (var matrix = LabeledMatrix.Open(_folder.File("m.npy")))
        {
            await builder.AddAsync(matrix, Token);
        }

        GalleryExport.WriteMatrix(builder.Gallery, _folder.File("out/e.npy"));
        Assert.Equal(File.ReadAllBytes(_folder.File("m.npy")), File.ReadAllBytes(_folder.File("out/e.npy")));
        Assert.Equal(File.ReadAllText(_folder.File("m.txt")), File.ReadAllText(_folder.File("out/e.txt")));
        using var lines = new MemoryStream();
        GalleryExport.WriteLines(builder.Gallery, lines);
        Assert.StartsWith(
            """{"id":0,"label":"green tea","metadata":{"path":"a/1.jpg"},"vector":[1,0]}""" + "\n", Encoding.UTF8.GetString(lines.ToArray()), StringComparison.Ordinal);
        Assert.Equal(2, new ItemPaths(builder.Gallery).Missing(builder.Gallery.Items()).Count());
        Assert.Equal(1, new ItemPaths(builder.Gallery).OfFiles(builder.Gallery.Items(), ["a/2.jpg"]).Single().Id);
    }

    [Fact]
    public async Task A_replacement_takes_the_place_of_the_old_gallery_once_it_is_complete()
    {
        CopyPhotos();
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder))
        {
            await builder.AddFolderAsync(Photos, cancellationToken: Token);
        }

        Assert.Throws<IOException>(() => GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Mode = GalleryMode.CreateNew }));
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Mode = GalleryMode.Replace }))
        {
            Assert.False(builder.Complete());
            await builder.AddFolderAsync(Path.Combine(Photos, "drinks"), cancellationToken: Token);
        }

        Assert.False(GalleryBuilder.Continues(GalleryPath, GalleryMode.ResumeReplacement));
        using (var builder = GalleryBuilder.Open(GalleryPath, _embedder, new GalleryBuilderOptions { Mode = GalleryMode.ResumeReplacement }))
        {
            Assert.Equal(1, builder.Gallery.Count);
            Assert.True(builder.Complete());
        }

        using var gallery = Gallery.Open(GalleryPath, new GalleryOptions { ReadOnly = true });
        Assert.Equal(1, gallery.Count);
    }

    private void CopyPhotos()
    {
        foreach (var (folder, name) in ((string, string)[])[("animals", "cat.jpg"), ("drinks", "coffee.jpg")])
        {
            Directory.CreateDirectory(Path.Combine(Photos, folder));
            File.Copy(Path.Combine(RepositoryPaths.Samples, name), Path.Combine(Photos, folder, name));
        }
    }

    private sealed class Steps(CancellationTokenSource? stop = null) : IProgress<GalleryBuildProgress>
    {
        public List<GalleryBuildProgress> Values { get; } = [];

        public void Report(GalleryBuildProgress value)
        {
            Values.Add(value);
            stop?.Cancel();
        }
    }
}
