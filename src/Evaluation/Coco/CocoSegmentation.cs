using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>An outline as it stands in COCO files: polygons, or run lengths.</summary>
public sealed class CocoSegmentation
{
    private readonly double[][]? _polygons;
    private readonly RleMask? _mask;

    private CocoSegmentation(double[][]? polygons, RleMask? mask)
    {
        _polygons = polygons;
        _mask = mask;
    }

    /// <summary>No pixel at all: what tools write as an empty list of polygons.</summary>
    public static CocoSegmentation Empty { get; } = new([], null);

    /// <summary>Polygons, each <c>x1 y1 x2 y2 ...</c> in pixels; their union is the object.</summary>
    /// <exception cref="DataFormatException">There is none, or one has an odd count of numbers or fewer than two
    /// points.</exception>
    public static CocoSegmentation FromPolygons(params double[][] polygons)
    {
        if (polygons.Length == 0)
        {
            throw new DataFormatException("expected at least one polygon, found none");
        }

        foreach (var polygon in polygons)
        {
            if (polygon.Length < 4 || polygon.Length % 2 != 0)
            {
                throw new DataFormatException($"expected a polygon of x and y of two points or more, found {polygon.Length} numbers");
            }
        }

        return new CocoSegmentation(polygons, null);
    }

    /// <summary>Run lengths.</summary>
    public static CocoSegmentation FromMask(RleMask mask) => new(null, mask);

    /// <summary>The mask on an image of this size.</summary>
    /// <exception cref="DataFormatException">The size is unknown, or not that of the run lengths.</exception>
    public RleMask ToMask(int height, int width)
    {
        if (_mask is null)
        {
            return height > 0 && width > 0
                ? _polygons is { Length: > 0 } some ? RleMask.FromPolygons(height, width, some) : RleMask.Empty(height, width)
                : throw new DataFormatException("polygons need the image's width and height, which the ground truth does not state");
        }

        return (height <= 0 && width <= 0) || (_mask.Height == height && _mask.Width == width)
            ? _mask
            : throw new DataFormatException(
                $"expected a mask of the image's size {width}x{height}, found {_mask.Width}x{_mask.Height} (width x height)");
    }

    /// <summary>The run lengths where the outline is given so, else null.</summary>
    internal RleMask? Mask => _mask;

    /// <summary>The smallest box around all corners or pixels.</summary>
    internal CocoBox Box
    {
        get
        {
            if (_mask is not null || _polygons is not { Length: > 0 })
            {
                return _mask?.Box ?? default;
            }

            double[] xs = [.. _polygons.SelectMany(p => p.Where((_, i) => i % 2 == 0))];
            double[] ys = [.. _polygons.SelectMany(p => p.Where((_, i) => i % 2 == 1))];
            return CocoBox.FromCorners(xs.Min(), ys.Min(), xs.Max(), ys.Max());
        }
    }
}
