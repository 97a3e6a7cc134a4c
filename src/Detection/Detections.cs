using System.Collections;
using System.Globalization;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>What a detector found in one image, as a struct of arrays. Immutable and safe to share between threads.</summary>
/// <remarks>A range gives a part: <c>detections[..10]</c>.</remarks>
public sealed class Detections : IReadOnlyList<DetectedObject>, IPrediction<Detections>
{
    private readonly Box[] _boxes;
    private readonly float[] _scores;
    private readonly int[] _classIds;

    /// <summary>Copies the arrays.</summary>
    /// <param name="boxes">Boxes in pixels of the image.</param>
    /// <param name="scores">One confidence a box.</param>
    /// <param name="classIds">One class index a box.</param>
    /// <param name="labels">Class names by index; null or empty leaves classes nameless.</param>
    /// <exception cref="ArgumentException">The lengths differ, a class has no label, or a number is not finite.</exception>
    public Detections(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<int> classIds, IReadOnlyList<string>? labels = null)
        : this(boxes.ToArray(), scores.ToArray(), classIds.ToArray(), labels ?? [])
    {
        if (boxes.Length != scores.Length || boxes.Length != classIds.Length)
        {
            throw new ArgumentException($"Expected as many scores and classes as boxes; found {boxes.Length} boxes, {scores.Length} scores, {classIds.Length} classes.", nameof(boxes));
        }

        for (var i = 0; i < boxes.Length; i++)
        {
            if (classIds[i] < 0 || (Labels.Count > 0 && classIds[i] >= Labels.Count))
            {
                throw new ArgumentException($"Box {i}: expected a class below {Labels.Count}, found {classIds[i]}.", nameof(classIds));
            }

            if (!boxes[i].IsFinite || !float.IsFinite(scores[i]))
            {
                throw new ArgumentException($"Box {i}: expected finite numbers, found {boxes[i]} with score {scores[i]}.", nameof(boxes));
            }
        }
    }

    private Detections(Box[] boxes, float[] scores, int[] classIds, IReadOnlyList<string> labels)
    {
        _boxes = boxes;
        _scores = scores;
        _classIds = classIds;
        Labels = labels;
    }

    /// <summary>Nothing found.</summary>
    public static Detections Empty { get; } = new([], [], [], []);

    /// <summary>Class names by index; empty where the model has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Where the time went; zero for results that were made from others.</summary>
    public StageTimings Timings { get; private init; }

    /// <inheritdoc/>
    public int Count => _boxes.Length;

    /// <summary>Boxes in pixels of the image.</summary>
    public ReadOnlySpan<Box> Boxes => _boxes;

    /// <summary>Confidences, 0 to 1.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Class indices into <see cref="Labels"/>.</summary>
    public ReadOnlySpan<int> ClassIds => _classIds;

    /// <inheritdoc/>
    public DetectedObject this[int index] => new(_classIds[index], ClassName(_classIds[index]), _scores[index], _boxes[index]);

    /// <summary>Name of a class; the number as text where there are no labels.</summary>
    public string ClassName(int classId) =>
        classId < Labels.Count ? Labels[classId] : classId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The objects at these positions, in this order.</summary>
    public Detections Pick(ReadOnlySpan<int> positions)
    {
        var boxes = new Box[positions.Length];
        var scores = new float[positions.Length];
        var classIds = new int[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            (boxes[i], scores[i], classIds[i]) = (_boxes[positions[i]], _scores[positions[i]], _classIds[positions[i]]);
        }

        return new Detections(boxes, scores, classIds, Labels);
    }

    /// <summary>A part; what a range such as <c>[..10]</c> calls.</summary>
    public Detections Slice(int start, int length) => new(
        _boxes.AsSpan(start, length).ToArray(), _scores.AsSpan(start, length).ToArray(), _classIds.AsSpan(start, length).ToArray(), Labels);

    /// <summary>The objects that fit, order kept.</summary>
    public Detections Where(Func<DetectedObject, bool> fits)
    {
        ArgumentNullException.ThrowIfNull(fits);
        return Pick(Enumerable.Range(0, Count).Where(i => fits(this[i])).ToArray());
    }

    /// <summary>The objects whose score is above <paramref name="score"/>.</summary>
    public Detections AboveScore(float score) => Where(o => o.Score > score);

    /// <summary>The objects of these classes.</summary>
    /// <exception cref="ArgumentException">A name is none of <see cref="Labels"/>.</exception>
    public Detections OfClasses(params IReadOnlyCollection<string> names)
    {
        var ids = ClassFilter.Ids(names, Labels);
        return Where(o => ids.Contains(o.ClassId));
    }

    /// <summary>Best score first; objects of equal score keep their order.</summary>
    public Detections BestFirst() => Pick(Enumerable.Range(0, Count).OrderByDescending(i => _scores[i]).ToArray());

    /// <summary>Boxes cut to an image of this size.</summary>
    public Detections Clip(int width, int height) => Map(b => b.Clip(width, height));

    /// <summary>Every box replaced by <paramref name="map"/> of it.</summary>
    public Detections Map(Func<Box, Box> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new Detections(Array.ConvertAll(_boxes, b => map(b)), _scores, _classIds, Labels);
    }

    /// <summary>All objects of several results that share one set of labels, one result after the other.</summary>
    /// <exception cref="ArgumentException">The labels differ.</exception>
    public static Detections Concat(IReadOnlyCollection<Detections> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var labels = parts.FirstOrDefault(p => p.Labels.Count > 0)?.Labels ?? [];
        if (parts.Any(p => p.Count > 0 && !ReferenceEquals(p.Labels, labels) && !p.Labels.SequenceEqual(labels)))
        {
            throw new ArgumentException("Expected results with the same labels, found different ones.", nameof(parts));
        }

        return new Detections(
            [.. parts.SelectMany(p => p._boxes)], [.. parts.SelectMany(p => p._scores)], [.. parts.SelectMany(p => p._classIds)], labels);
    }

    /// <summary>Drops boxes that overlap better ones; for heads and detectors that do not suppress themselves.</summary>
    /// <param name="iouThreshold">IoU above which the lower-scoring of two boxes is dropped, 0 to 1.</param>
    /// <param name="agnostic">Whether boxes suppress those of other classes too.</param>
    /// <param name="method">What happens to a box that overlaps a better one.</param>
    /// <exception cref="ArgumentException">The threshold is out of range.</exception>
    public Detections Suppress(float iouThreshold, bool agnostic = false, NmsMethod method = NmsMethod.Hard) =>
        NonMaximumSuppression.Suppress(this, new NmsOptions
        {
            ScoreThreshold = 0,
            IouThreshold = iouThreshold,
            ClassAgnostic = agnostic,
            Method = method,
            TopKBefore = 0,
            TopKAfter = 0,
        });

    /// <summary>The image with a box and a tag for each object.</summary>
    /// <param name="image">The image in which the objects were found; those of low scores are drawn too, so filter them with
    /// <see cref="AboveScore"/>.</param>
    public PixelBuffer Draw(ImageSource image) => DetectionDrawing.Draw(this, image);

    /// <inheritdoc/>
    public Detections WithTimings(StageTimings timings) => new(_boxes, _scores, _classIds, Labels) { Timings = timings };

    /// <inheritdoc/>
    public IEnumerator<DetectedObject> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
