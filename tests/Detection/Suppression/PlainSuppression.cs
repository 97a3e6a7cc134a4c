using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Tests.Detection.Suppression;

/// <summary>Suppression written down a second time, one box against every better one.</summary>
internal static class PlainSuppression
{
    public static Detections RandomDetections(Random random, int count, int classes)
    {
        var boxes = new Box[count];
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (random.NextSingle() * 60, random.NextSingle() * 60);

            // A few inverted, empty and equal boxes among the ordinary ones.
            boxes[i] = (i % 17) switch
            {
                3 => new Box(x, y, x - 2, y + 3),
                5 => new Box(x, y, x, y),
                7 when i > 7 => boxes[i - 7],
                _ => new Box(x, y, x + 5 + (random.NextSingle() * 30), y + 5 + (random.NextSingle() * 30)),
            };
        }

        return new Detections(
            boxes,
            [.. Enumerable.Range(0, count).Select(_ => MathF.Round(random.NextSingle(), 2))],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))]);
    }

    public static List<DetectedObject> Hard(Detections found, NmsOptions options)
    {
        var kept = new List<DetectedObject>();
        foreach (var group in found
            .Where(o => o.Score > options.ScoreThreshold).GroupBy(o => options.ClassAgnostic ? 0 : o.ClassId).OrderBy(g => g.Key))
        {
            var mine = new List<DetectedObject>();
            foreach (var o in group
                .OrderByDescending(o => o.Score).Take(options.TopKBefore > 0 ? options.TopKBefore : int.MaxValue))
            {
                if (mine.All(k => PlainIou(k.Box, o.Box) <= options.IouThreshold))
                {
                    mine.Add(o);
                }
            }

            kept.AddRange(mine);
        }

        return [.. kept.OrderByDescending(o => o.Score).Take(options.TopKAfter > 0 ? options.TopKAfter : int.MaxValue)];
    }

    public static List<DetectedObject> Soft(Detections found, NmsOptions options)
    {
        var kept = new List<DetectedObject>();
        foreach (var group in found.Where(o => o.Score > options.ScoreThreshold).GroupBy(o => o.ClassId).OrderBy(g => g.Key))
        {
            var rest = group.OrderByDescending(o => o.Score).ToList();
            while (rest.Count > 0)
            {
                var best = rest.MaxBy(o => o.Score);
                if (best.Score <= options.FinalScoreThreshold)
                {
                    break;
                }

                kept.Add(best);
                rest.Remove(best);
                rest = [.. rest.Select(o =>
                {
                    var iou = PlainIou(best.Box, o.Box);
                    return o with
                    {
                        Score = o.Score * (options.Method == NmsMethod.SoftGaussian ? MathF.Exp(-(iou * iou) / options.Sigma)
                            : iou > options.IouThreshold ? 1 - iou : 1),
                    };
                })];
            }
        }

        return [.. kept.OrderByDescending(o => o.Score)];
    }

    /// <summary>The scalar twin of the vectorised kernel, written out from the definition.</summary>
    private static float PlainIou(Box a, Box b)
    {
        if (b.X0 > a.X1 || b.X1 < a.X0 || b.Y0 > a.Y1 || b.Y1 < a.Y0)
        {
            return 0;
        }

        var intersection = Math.Max(0, Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0)) * Math.Max(0,
            Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0));
        var union = Area(a) + Area(b) - intersection;
        return union == 0 ? 0 : intersection / union;

        static float Area(Box box) => box.X1 < box.X0 || box.Y1 < box.Y0 ? 0 : (box.X1 - box.X0) * (box.Y1 - box.Y0);
    }
}
