using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>Vectors that are there already into a gallery.</summary>
internal static class VectorImport
{
    private const int PerWrite = 1024;

    /// <summary>The rows of a matrix, a line of the label file each; a row that cannot be stored is reported and passed over.</summary>
    public static int FromMatrix(string path, string? labelFile, Func<int, Gallery> open)
    {
        labelFile ??= Path.ChangeExtension(path, ".txt");
        if (!File.Exists(path) || !File.Exists(labelFile))
        {
            throw CliException.Usage($"'{(File.Exists(path) ? labelFile : path)}': there is no such file; --npy needs a matrix, and a label a row in --labels.");
        }

        using var matrix = NpyReader.Open(path);
        var lines = LabeledImages.ReadLines(labelFile);
        if (lines.Count != matrix.Rows)
        {
            throw new DataFormatException($"'{labelFile}': expected {matrix.Rows} lines, as '{path}' has rows, found {lines.Count}.");
        }

        using var gallery = open(matrix.Columns);
        var next = gallery.NextId();
        var paths = new ItemPaths(gallery);
        return Store(gallery, lines.Select((line, row) => new GalleryItem(
            checked(next + row),
            line.Label,
            matrix.ReadRow(),
            line.Path.Length == 0 ? null : new Dictionary<string, MetadataValue> { [ItemPaths.Field] = paths.StoreListed(line.Path) })));
    }

    /// <summary>A gallery of PP-ShiTu, with its ids.</summary>
    public static int FromShitu(string folder, Func<ShituGallery, Gallery> open)
    {
        var old = GalleryPath.Guard(() => ShituGallery.Read(folder));
        using var gallery = open(old);
        return Store(gallery, old.Items);
    }

    private static int Store(Gallery gallery, IEnumerable<GalleryItem> items)
    {
        int stored = 0, failed = 0;
        foreach (var batch in items.Chunk(PerWrite))
        {
            Interrupt.Stop.ThrowIfCancellationRequested();
            var good = batch;
            try
            {
                Add(gallery, good);
            }
            catch (ArgumentException)
            {
                // One bad row refuses the whole write: find out which, and store the others.
                good = [.. batch.Where(item => TryAdd(gallery, item))];
                failed += batch.Length - good.Length;
            }

            stored += good.Length;
        }

        var code = GalleryPath.Finish(gallery, failed > 0 ? ExitCode.InputsFailed : ExitCode.Ok);
        Terminal.Line($"{stored} stored, {failed} refused; {GalleryPath.Tell(gallery)}");
        return code;
    }

    private static bool TryAdd(Gallery gallery, GalleryItem item)
    {
        try
        {
            Add(gallery, [item]);
            return true;
        }
        catch (ArgumentException e)
        {
            Terminal.Warn(Failure.Message(e));
            return false;
        }
    }

    private static void Add(Gallery gallery, GalleryItem[] items) => gallery.AddAsync(items).AsTask().GetAwaiter().GetResult();
}
