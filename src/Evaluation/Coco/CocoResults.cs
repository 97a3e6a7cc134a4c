using System.Runtime.InteropServices;
using PPLCNet.Vision.Evaluation.Coco.Reading;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Detections to evaluate, in flat lists. The order in which they are added decides between equal scores, as in the COCO API. Not
/// thread-safe while adding.
/// </summary>
/// <param name="source">Named in errors: a file or any text.</param>
public sealed class CocoResults(string source = "results")
{
    private readonly List<Row> _rows = [];
    private readonly List<CocoSegmentation> _outlines = [];

    /// <summary>The file, or what the constructor was told.</summary>
    public string Source { get; } = source;

    /// <summary>Number of detections.</summary>
    public int Count => _rows.Count;

    /// <summary>Ids of the file that are text or beyond 64 bits.</summary>
    internal ForeignIds Foreign { get; } = new();

    internal ReadOnlySpan<Row> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Reads a COCO results file (a list of detections), streaming. An empty list is legal: nothing was found.</summary>
    /// <param name="path">The file.</param>
    /// <param name="iou">What will be evaluated; for boxes the outlines are skipped where boxes are given.</param>
    /// <remarks>The first entry decides, as in the COCO API: where it has a box, every entry must, and areas are those of the
    /// boxes; else every entry needs run lengths, which give area and box.</remarks>
    /// <exception cref="DataFormatException">The file is empty, cut, no list, or an entry lacks a field or has a score that is no
    /// finite number; the message says where.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static CocoResults Load(string path, CocoIou iou = CocoIou.Box) => ResultsFile.Read(path, iou);

    /// <summary>
    /// Adds a detection with a box; where masks are evaluated, <paramref name="outline"/> or else the box is its mask.
    /// </summary>
    /// <exception cref="ArgumentException">Box or score is not finite.</exception>
    public void Add(long imageId, long categoryId, CocoBox box, double score, CocoSegmentation? outline = null)
    {
        Check(box, score);
        _rows.Add(new Row(imageId, categoryId, box, box.Area, score, Store(outline)));
    }

    /// <summary>Adds a detection with a mask, which gives its area and box.</summary>
    /// <exception cref="ArgumentException">The score is not finite.</exception>
    public void Add(long imageId, long categoryId, RleMask mask, double score)
    {
        Check(mask.Box, score);
        _rows.Add(new Row(imageId, categoryId, mask.Box, mask.Area, score, Store(CocoSegmentation.FromMask(mask))));
    }

    /// <summary>Adds the detections of one image from arrays of equal length.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="categoryIds">Category ids of the truth (not class indices of a model).</param>
    /// <param name="corners">Left, top, right, bottom of each in pixels, four numbers a detection.</param>
    /// <param name="scores">Scores.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is not finite.</exception>
    public void AddImage(long imageId, ReadOnlySpan<long> categoryIds, ReadOnlySpan<float> corners, ReadOnlySpan<float> scores)
    {
        if (corners.Length != 4 * scores.Length || categoryIds.Length != scores.Length)
        {
            throw new ArgumentException(
                $"Expected {scores.Length} categories and {4 * scores.Length} coordinates, found {categoryIds.Length} and {corners.Length}.",
                nameof(corners));
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var c = corners.Slice(4 * i, 4);
            Add(imageId, categoryIds[i], CocoBox.FromCorners(c[0], c[1], c[2], c[3]), scores[i]);
        }
    }

    // The COCO API keeps a given box beside run lengths but measures the size of the run lengths.
    internal void AddWithMaskArea(long imageId, long categoryId, CocoBox box, RleMask mask, double score)
    {
        Check(box, score);
        _rows.Add(new Row(imageId, categoryId, box, mask.Area, score, Store(CocoSegmentation.FromMask(mask))));
    }

    internal CocoSegmentation? Outline(in Row row) => row.Outline < 0 ? null : _outlines[row.Outline];

    internal double[] Scores() => [.. _rows.Select(r => r.Score)];

    private int Store(CocoSegmentation? outline)
    {
        if (outline is null)
        {
            return -1;
        }

        _outlines.Add(outline);
        return _outlines.Count - 1;
    }

    private static void Check(CocoBox box, double score)
    {
        if (!double.IsFinite(score))
        {
            throw new ArgumentException($"A score must be a finite number, found {score}.", nameof(score));
        }

        if (!box.IsFinite)
        {
            throw new ArgumentException($"A box must be finite, found {box}.", nameof(box));
        }
    }

    /// <summary>One detection; <see cref="Outline"/> is a position in the outlines, or -1.</summary>
    internal readonly record struct Row(long Image, long Category, CocoBox Box, double Area, double Score, int Outline);
}
