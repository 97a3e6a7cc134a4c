using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Evaluation.Coco.Reading;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Collects images, categories and annotations in any order and makes a <see cref="CocoGroundTruth"/>. Not thread-safe.
/// </summary>
/// <param name="source">Named in errors: a file or any text.</param>
public sealed class CocoGroundTruthBuilder(string source = "truth")
{
    private readonly SortedDictionary<long, CocoImage> _images = [];
    private readonly SortedDictionary<long, CocoCategory> _categories = [];
    private readonly List<Row> _rows = [];
    private int _repeatedImages;
    private int _missingAreas;
    private int _emptyOutlines;

    /// <summary>Ids of the file that are text or beyond 64 bits; their codes are taken wherever an id is.</summary>
    internal ForeignIds Foreign { get; } = new();

    /// <summary>Whether a file without a list of annotations was read.</summary>
    internal bool HasNoAnnotations { get; set; }

    /// <summary>Adds an image; a repeated id replaces the former.</summary>
    public CocoGroundTruthBuilder AddImage(long id, int width, int height, string fileName = "") =>
        AddImage(id, width, height, fileName, labels: null);

    /// <summary>Adds an image whose categories are labeled in part, as those of LVIS are.</summary>
    internal CocoGroundTruthBuilder AddImage(long id, int width, int height, string fileName, FederatedLabels? labels)
    {
        _repeatedImages += _images.ContainsKey(id) ? 1 : 0;
        _images[id] = new CocoImage(id, width, height, fileName) { Labels = labels };
        return this;
    }

    /// <summary>Adds a category.</summary>
    public CocoGroundTruthBuilder AddCategory(long id, string name) => AddCategory(id, name, CategoryFrequency.Unknown);

    /// <summary>Adds a category with LVIS's frequency.</summary>
    internal CocoGroundTruthBuilder AddCategory(long id, string name, CategoryFrequency frequency)
    {
        _categories[id] = new CocoCategory(id, name) { Frequency = frequency };
        return this;
    }

    /// <summary>Adds an annotation. The order of annotations decides between equal overlaps, as in the COCO API.</summary>
    /// <param name="id">Its id; see <see cref="CocoEvaluationOptions.MatchIdZero"/> about 0.</param>
    /// <param name="imageId">Its image.</param>
    /// <param name="categoryId">Its category.</param>
    /// <param name="box">Its box.</param>
    /// <param name="area">Its area for the size ranges; null = the box's (COCO files hold the mask's).</param>
    /// <param name="isCrowd">Whether it is a region of many objects, which is ignored and absorbs any number of
    /// detections.</param>
    /// <param name="outline">Its outline; needed for masks only.</param>
    /// <param name="ignore">Whether it counts neither way under LVIS's rules; COCO's pay no heed.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public CocoGroundTruthBuilder AddAnnotation(
        long id, long imageId, long categoryId, CocoBox box, double? area = null, bool isCrowd = false, CocoSegmentation? outline = null,
        bool ignore = false)
    {
        var size = area ?? box.Area;
        if (!box.IsFinite || !double.IsFinite(size))
        {
            throw new ArgumentException($"Annotation {id}: box and area must be finite, found {box} and {size}.", nameof(box));
        }

        _rows.Add(new Row(id, imageId, categoryId, box, size, isCrowd, ignore, size > 0 ? TruthFlaws.None : TruthFlaws.NoArea, outline));
        return this;
    }

    /// <summary>Counts what a file lacks, for the warnings.</summary>
    internal void CountOdd(bool areaIsMissing, bool outlineIsEmpty)
    {
        _missingAreas += areaIsMissing ? 1 : 0;
        _emptyOutlines += outlineIsEmpty ? 1 : 0;
    }

    /// <summary>Makes the truth. The builder can be used on.</summary>
    public CocoGroundTruth Build()
    {
        var numbers = new IdNumbers(Foreign, id => _images.ContainsKey(id) || _categories.ContainsKey(id));
        CocoImage[] images = Foreign.Count == 0 ? [.. _images.Values] : [.. _images.Values.Select(numbers.Renumber).OrderBy(i => i.Id)];
        CocoCategory[] categories =
            Foreign.Count == 0 ? [.. _categories.Values] : [.. _categories.Values.Select(numbers.Renumber).OrderBy(c => c.Id)];
        var imagePositions = images.Select((image, position) => (numbers.Code(image.Id), position)).ToDictionary();
        var categoryPositions = categories.Select((category, position) => (numbers.Code(category.Id), position)).ToDictionary();
        var rows = Resolve(imagePositions, categoryPositions, out var repeated);
        var known = rows.FindAll(r => imagePositions.ContainsKey(r.Image) && categoryPositions.ContainsKey(r.Category));
        bool[] crowd = [.. known.Select(r => r.Crowd)];
        var columns = new AnnotationColumns
        {
            Id = [.. known.Select(r => r.Id)],
            Image = [.. known.Select(r => imagePositions[r.Image])],
            Category = [.. known.Select(r => categoryPositions[r.Category])],
            Box = [.. known.Select(r => r.Box)],
            Area = [.. known.Select(r => r.Area)],
            Crowd = crowd,
            Ignored = crowd,
            OwnIgnore = [.. known.Select(r => r.Ignore)],
            Flaws = [.. known.Select(r => r.Flaws)],
            Outline = [.. known.Select(r => r.Outline)],
        };
        string?[] warnings =
        [
            HasNoAnnotations ? $"{source}: no list of annotations; there is no ground truth." : null,
            Warning(_repeatedImages, "repeated image ids; the last record of each counts"),
            Warning(repeated, "repeated annotation ids; the last record of each counts, once for every occurrence"),
            Warning(rows.Count - known.Count, "annotations of images or categories that are not listed; they are left out"),
            Warning(known.Count(r => r.Id == 0), "annotations with id 0, whose detections the COCO API counts as false positives"),
            Warning(_missingAreas, "annotations without an area; that of the box counts for small, medium and large"),
            Warning(_emptyOutlines, "annotations with an empty segmentation; they are masks without pixels, which nothing can match"),
        ];
        return new CocoGroundTruth(source, images, categories, columns, [.. warnings.OfType<string>()]);
    }

    // A repeated annotation id means its last record, once for every occurrence, in the order of the occurrences' images:
    // what the COCO API's index by id leads to. Whether an occurrence takes part is its own category's and area's matter.
    private List<Row> Resolve(Dictionary<long, int> imagePositions, Dictionary<long, int> categoryPositions, out int repeated)
    {
        var last = new Dictionary<long, Row>(_rows.Count);
        foreach (var row in _rows)
        {
            last[row.Id] = row;
        }

        repeated = _rows.Count - last.Count;
        return repeated == 0
            ? _rows
            : [.. _rows.Where(r => imagePositions.ContainsKey(r.Image)).OrderBy(r => imagePositions[r.Image]).Select(Stand)];

        Row Stand(Row occurrence) => last[occurrence.Id] with
        {
            Flaws = occurrence.Flaws | (categoryPositions.ContainsKey(occurrence.Category) ? TruthFlaws.None : TruthFlaws.UnlistedCategory),
        };
    }

    private string? Warning(int count, string what) => count > 0 ? $"{source}: {count} {what}." : null;

    private sealed record Row(
        long Id, long Image, long Category, CocoBox Box, double Area, bool Crowd, bool Ignore, TruthFlaws Flaws, CocoSegmentation? Outline);
}
