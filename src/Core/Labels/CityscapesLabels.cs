namespace PPLCNet.Vision.Labels;

/// <summary>Cityscapes' labels, categories and the ways between label ids and train ids.</summary>
internal static class CityscapesLabels
{
    /// <summary>Train id of everything that is not trained.</summary>
    public const byte IgnoredTrainId = 255;

    private const bool Instances = true;
    private const bool Ignored = true;

    /// <summary>The 34 labels in the order of their ids. The license plate (-1) lies in no image.</summary>
    public static IReadOnlyList<CityscapesLabel> All { get; } =
    [
        Row(0, "unlabeled", 255, "void", !Instances, Ignored, 0, 0, 0),
        Row(1, "ego vehicle", 255, "void", !Instances, Ignored, 0, 0, 0),
        Row(2, "rectification border", 255, "void", !Instances, Ignored, 0, 0, 0),
        Row(3, "out of roi", 255, "void", !Instances, Ignored, 0, 0, 0),
        Row(4, "static", 255, "void", !Instances, Ignored, 0, 0, 0),
        Row(5, "dynamic", 255, "void", !Instances, Ignored, 111, 74, 0),
        Row(6, "ground", 255, "void", !Instances, Ignored, 81, 0, 81),
        Row(7, "road", 0, "flat", !Instances, !Ignored, 128, 64, 128),
        Row(8, "sidewalk", 1, "flat", !Instances, !Ignored, 244, 35, 232),
        Row(9, "parking", 255, "flat", !Instances, Ignored, 250, 170, 160),
        Row(10, "rail track", 255, "flat", !Instances, Ignored, 230, 150, 140),
        Row(11, "building", 2, "construction", !Instances, !Ignored, 70, 70, 70),
        Row(12, "wall", 3, "construction", !Instances, !Ignored, 102, 102, 156),
        Row(13, "fence", 4, "construction", !Instances, !Ignored, 190, 153, 153),
        Row(14, "guard rail", 255, "construction", !Instances, Ignored, 180, 165, 180),
        Row(15, "bridge", 255, "construction", !Instances, Ignored, 150, 100, 100),
        Row(16, "tunnel", 255, "construction", !Instances, Ignored, 150, 120, 90),
        Row(17, "pole", 5, "object", !Instances, !Ignored, 153, 153, 153),
        Row(18, "polegroup", 255, "object", !Instances, Ignored, 153, 153, 153),
        Row(19, "traffic light", 6, "object", !Instances, !Ignored, 250, 170, 30),
        Row(20, "traffic sign", 7, "object", !Instances, !Ignored, 220, 220, 0),
        Row(21, "vegetation", 8, "nature", !Instances, !Ignored, 107, 142, 35),
        Row(22, "terrain", 9, "nature", !Instances, !Ignored, 152, 251, 152),
        Row(23, "sky", 10, "sky", !Instances, !Ignored, 70, 130, 180),
        Row(24, "person", 11, "human", Instances, !Ignored, 220, 20, 60),
        Row(25, "rider", 12, "human", Instances, !Ignored, 255, 0, 0),
        Row(26, "car", 13, "vehicle", Instances, !Ignored, 0, 0, 142),
        Row(27, "truck", 14, "vehicle", Instances, !Ignored, 0, 0, 70),
        Row(28, "bus", 15, "vehicle", Instances, !Ignored, 0, 60, 100),
        Row(29, "caravan", 255, "vehicle", Instances, Ignored, 0, 0, 90),
        Row(30, "trailer", 255, "vehicle", Instances, Ignored, 0, 0, 110),
        Row(31, "train", 16, "vehicle", Instances, !Ignored, 0, 80, 100),
        Row(32, "motorcycle", 17, "vehicle", Instances, !Ignored, 0, 0, 230),
        Row(33, "bicycle", 18, "vehicle", Instances, !Ignored, 119, 11, 32),
    ];

    /// <summary>The 19 labels that count, in the order of their train ids.</summary>
    public static IReadOnlyList<CityscapesLabel> Evaluated { get; } = [.. All.Where(l => !l.IsIgnored).OrderBy(l => l.TrainId)];

    /// <summary>The eight categories in their official order, void first.</summary>
    public static IReadOnlyList<string> Categories { get; } = [.. All.Select(l => l.Category).Distinct()];

    /// <summary>Mean size of an instance in the training set in pixels, by label name: the weights of iIoU.</summary>
    public static IReadOnlyDictionary<string, double> AverageInstanceSize { get; } = new Dictionary<string, double>
    {
        ["bicycle"] = 4672.3249222261,
        ["caravan"] = 36771.8241758242,
        ["motorcycle"] = 6298.7200839748,
        ["rider"] = 3930.4788056518,
        ["bus"] = 35732.1511111111,
        ["train"] = 67583.7075812274,
        ["car"] = 12794.0202738185,
        ["person"] = 3462.4756337644,
        ["truck"] = 27855.1264367816,
        ["trailer"] = 16926.9763313609,
    };

    /// <summary>256 entries: the train id of every label id, 255 beyond the labels.</summary>
    public static ReadOnlySpan<byte> IdToTrainId => _idToTrainId;

    /// <summary>256 entries: the label id of every train id, 0 (unlabeled) for everything that is not trained.</summary>
    public static ReadOnlySpan<byte> TrainIdToId => _trainIdToId;

    private static readonly byte[] _idToTrainId =
        [.. Enumerable.Range(0, 256).Select(id => id < All.Count ? All[id].TrainId : IgnoredTrainId)];

    private static readonly byte[] _trainIdToId =
        [.. Enumerable.Range(0, 256).Select(id => id < Evaluated.Count ? (byte)Evaluated[id].Id : (byte)0)];

    private static CityscapesLabel Row(
        int id, string name, byte trainId, string category, bool instances, bool ignored, byte r, byte g, byte b) =>
        new(id, name, trainId, category, instances, ignored, new Color(r, g, b));
}
