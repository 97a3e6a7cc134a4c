using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>Which index a gallery is searched with when it is opened.</summary>
public enum GalleryIndexKind
{
    /// <summary>Exact, reads float32.</summary>
    Flat,

    /// <summary>Exact, reads bytes and scores again; see <see cref="FlatPrecision.Int8"/>.</summary>
    FlatInt8,

    /// <summary>Approximate; see <see cref="HnswIndex"/>.</summary>
    Hnsw,
}

/// <summary>What a gallery file says about itself. Only a compaction can change it.</summary>
internal sealed record GalleryHeader
{
    /// <summary>Values in a vector; files of version 1 have it as <c>dimension</c>.</summary>
    [JsonPropertyName("dimension")]
    public required int Dimensions { get; init; }

    /// <summary>How vectors are compared.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>The index to search with.</summary>
    public GalleryIndexKind Index { get; init; } = GalleryIndexKind.Flat;

    /// <summary>Name of the model that made the vectors; empty where unknown.</summary>
    public string Model { get; init; } = "";

    /// <summary>
    /// What identifies that model and its preprocessing (a hash); empty where unknown. Vectors of two models do not compare.
    /// </summary>
    public string ModelFingerprint { get; init; } = "";

    /// <summary>Changes with every file, so also with a compaction: what tells whether a saved graph belongs to it.</summary>
    public Guid FileId { get; init; } = Guid.NewGuid();

    /// <summary>
    /// Whether relative paths among the items' metadata start from the gallery's folder; otherwise from wherever the program
    /// ran that made it, as in galleries of older programs. See <see cref="ItemPaths"/>.
    /// </summary>
    public bool PathsFromGallery { get; init; }

    /// <summary>When the gallery was made, UTC.</summary>
    public DateTime Created { get; init; } = DateTime.UtcNow;

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GalleryJson.Default.GalleryHeader);

    internal static GalleryHeader FromJson(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            var header = JsonSerializer.Deserialize(json, GalleryJson.Default.GalleryHeader);
            return header is { Dimensions: > 0 and <= 1 << 20 } && Enum.IsDefined(header.Metric) && Enum.IsDefined(header.Index)
                ? header
                : throw new DataFormatException($"'{name}': expected a header with a dimension from 1 to {1 << 20}, found {header?.Dimensions}.");
        }
        catch (JsonException e)
        {
            throw new DataFormatException($"'{name}': expected a JSON header, found text that is not one ({e.Message}).", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(GalleryHeader))]
internal sealed partial class GalleryJson : JsonSerializerContext;
