using PPLCNet.Vision.Evaluation.Coco.Reading;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// The truth of a data set in flat arrays. Images and categories are sorted by id; annotations refer to them by position. Made by
/// <see cref="Load"/> or by <see cref="CocoGroundTruthBuilder"/>. Immutable and thread-safe.
/// </summary>
public sealed class CocoGroundTruth
{
    private readonly Dictionary<long, int> _imagePositions;
    private readonly Dictionary<long, int> _categoryPositions;
    private readonly Dictionary<ForeignId, int> _foreignImages = [];
    private readonly Dictionary<ForeignId, int> _foreignCategories = [];

    internal CocoGroundTruth(string source, CocoImage[] images, CocoCategory[] categories, AnnotationColumns annotations, string[] warnings)
    {
        Source = source;
        Images = images;
        Categories = categories;
        Annotations = annotations;
        Warnings = warnings;
        _imagePositions = images.Select((image, position) => (image.Id, position)).ToDictionary();
        _categoryPositions = categories.Select((category, position) => (category.Id, position)).ToDictionary();
        for (var i = 0; i < images.Length; i++)
        {
            if (images[i].Foreign is { } id)
            {
                _foreignImages.Add(id, i);
            }
        }

        for (var k = 0; k < categories.Length; k++)
        {
            if (categories[k].Foreign is { } id)
            {
                _foreignCategories.Add(id, k);
            }
        }
    }

    /// <summary>The file, or what the builder was told.</summary>
    public string Source { get; }

    /// <summary>Images, rising ids.</summary>
    public IReadOnlyList<CocoImage> Images { get; }

    /// <summary>Categories, rising ids.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>
    /// What is odd about the data but has a defined meaning: repeated ids, id 0, annotations outside every image.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    internal AnnotationColumns Annotations { get; }

    /// <summary>Reads a COCO instances file, streaming.</summary>
    /// <param name="path">The file.</param>
    /// <param name="iou">What will be evaluated; for boxes the outlines are skipped.</param>
    /// <exception cref="DataFormatException">The file is empty, cut, not COCO, or lacks a field; the message says
    /// where.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static CocoGroundTruth Load(string path, CocoIou iou = CocoIou.Box) => GroundTruthFile.Read(path, iou);

    /// <summary>Reads the images of a COCO file and its categories, which may be absent; annotations are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">The file is empty, cut, not COCO, or lacks a field; the message says
    /// where.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static CocoGroundTruth LoadImages(string path) => GroundTruthFile.ReadImages(path);

    /// <summary>Position of an image, or -1.</summary>
    public int ImagePosition(long id) => _imagePositions.GetValueOrDefault(id, -1);

    /// <summary>Position of a category, or -1.</summary>
    public int CategoryPosition(long id) => _categoryPositions.GetValueOrDefault(id, -1);

    internal int ImagePosition(ForeignId id) => _foreignImages.GetValueOrDefault(id, -1);

    internal int CategoryPosition(ForeignId id) => _foreignCategories.GetValueOrDefault(id, -1);
}

/// <summary>Annotations as columns of equal length.</summary>
internal sealed record AnnotationColumns
{
    public required long[] Id { get; init; }

    /// <summary>Position of the image.</summary>
    public required int[] Image { get; init; }

    /// <summary>Position of the category.</summary>
    public required int[] Category { get; init; }

    public required CocoBox[] Box { get; init; }

    public required double[] Area { get; init; }

    /// <summary>Regions of many objects: measured against the detection alone, and never used up.</summary>
    public required bool[] Crowd { get; init; }

    /// <summary>Truths that count neither way: COCO's are the crowds.</summary>
    public required bool[] Ignored { get; init; }

    /// <summary>The field <c>ignore</c> of the file, which LVIS follows and COCO does not.</summary>
    public required bool[] OwnIgnore { get; init; }

    /// <summary>What the rules may leave a truth out for.</summary>
    public required TruthFlaws[] Flaws { get; init; }

    public required CocoSegmentation?[] Outline { get; init; }
}

/// <summary>
/// Why a truth may be left out. Where an annotation id is repeated, it is the occurrence that is judged, not the last record that
/// stands
/// for it: so do the COCO and LVIS APIs.
/// </summary>
[Flags]
internal enum TruthFlaws : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The occurrence is of a category that is not listed; it counts only where categories are not used.</summary>
    UnlistedCategory = 1,

    /// <summary>The occurrence has no area; for LVIS it does not exist.</summary>
    NoArea = 2,
}
