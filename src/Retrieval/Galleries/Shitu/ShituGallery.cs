using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>A gallery of PP-ShiTu: vectors with labels, and how they compare.</summary>
/// <param name="Dimensions">Values in a vector.</param>
/// <param name="Metric">Inner product or L2, as the index says.</param>
/// <param name="Items">Paths, where the id map has them, are metadata <c>path</c>.</param>
public sealed record ShituGallery(int Dimensions, VectorMetric Metric, IReadOnlyList<GalleryItem> Items)
{
    private const string PathField = "path";

    /// <summary>
    /// Reads a folder with <c>vector.index</c> (faiss: flat, HNSW or IVF) and <c>id_map.pkl</c>, <c>.txt</c> or <c>.yaml</c>.
    /// </summary>
    /// <exception cref="FileNotFoundException">One of the two is missing.</exception>
    /// <exception cref="DataFormatException">One of the two is corrupt or of another kind, or they do not belong
    /// together.</exception>
    public static ShituGallery Read(string folder)
    {
        var path = Path.Combine(folder, "vector.index");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{folder}': expected vector.index, found none.", path);
        }

        var mapPath = IdMap.Find(folder);
        var map = IdMap.Read(mapPath);
        using var stream = InputFile.OpenRead(path);
        var index = ForeignData.Read(path, "an index of faiss", () => FaissIndexReader.Read(stream, path));
        if (index.Ids.Length != map.Count)
        {
            throw new DataFormatException($"'{mapPath}': expected {index.Ids.Length} entries, as vector.index has, found {map.Count}.");
        }

        return new ShituGallery(index.Dimensions, index.Metric, [.. index.Ids.Select((id, i) => Item(id, index.Vectors[i], map, mapPath))]);
    }

    /// <summary>
    /// Writes an index as such a folder: a flat <c>vector.index</c>, <c>id_map.pkl</c> for Python and <c>id_map.txt</c> for
    /// C++ and Lite.
    /// </summary>
    public static async Task WriteAsync(string folder, IVectorIndex index, CancellationToken cancellationToken = default)
    {
        var items = new List<GalleryItem>();
        await foreach (var item in index.ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            items.Add(item);
        }

        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, "vector.index"), overwrite: true, s => FaissIndexWriter.Write(s, index.Dimensions, index.Metric, items));
        var lines = items.Select(i => KeyValuePair.Create(i.Id, $"{PathOf(i)}\t{i.Label}"));
        AtomicFile.Write(Path.Combine(folder, "id_map.pkl"), overwrite: true, s => s.Write(PickledIdMap.Write(lines)));
        var text = string.Concat(items.Select(i => $"{i.Id} {i.Label}\n"));
        AtomicFile.Write(Path.Combine(folder, "id_map.txt"), overwrite: true, s => s.Write(Encoding.UTF8.GetBytes(text)));
    }

    private static GalleryItem Item(long id, float[] vector, Dictionary<long, IdEntry> map, string mapPath)
    {
        if (id < 0 || !map.TryGetValue(id, out var entry))
        {
            throw new DataFormatException($"'{mapPath}': expected an entry for id {id}, which vector.index has, found none.");
        }

        return new GalleryItem(id, entry.Label, vector, entry.Path is null ? null : new Dictionary<string, MetadataValue> { [PathField] = entry.Path });
    }

    private static string PathOf(GalleryItem item) => item.Metadata.TryGetValue(PathField, out var path) ? path.ToString() : item.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
