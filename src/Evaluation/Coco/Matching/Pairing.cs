namespace PPLCNet.Vision.Evaluation.Coco.Matching;

/// <summary>A detection with the truth it found, or either alone (-1 = none).</summary>
internal readonly record struct Pair(int Detection, int Truth, double Overlap, bool IsIgnored);

/// <summary>One image and category after matching at one threshold; valid during the call that hands it over.</summary>
internal readonly ref struct MatchedCell
{
    private readonly ReadOnlySpan<int> _truths;
    private readonly ReadOnlySpan<int> _detections;
    private readonly CellMatcher _matcher;
    private readonly EvaluationInput _input;
    private readonly int _kept;

    public MatchedCell(
        int image, ReadOnlySpan<int> truths, ReadOnlySpan<int> detections, CellMatcher matcher, EvaluationInput input, int kept)
    {
        Image = image;
        _truths = truths;
        _detections = detections;
        _matcher = matcher;
        _input = input;
        _kept = kept;
    }

    /// <summary>Position of the image.</summary>
    public int Image { get; }

    /// <summary>Position of a detection's category.</summary>
    public int CategoryOf(int detection) => _input.DetectionCategories[detection];

    /// <summary>Every kept detection by falling score, then the truths that none found.</summary>
    public List<Pair> Pairs()
    {
        var pairs = new List<Pair>();
        var (ignored, lenient) = (_input.Annotations.Ignored, _input.Lenient);
        var found = new bool[_truths.Length];
        for (var d = 0; d < _kept; d++)
        {
            var g = _matcher.TruthOf(d);
            if (g < 0)
            {
                pairs.Add(new Pair(_detections[d], -1, 0, lenient.Length > 0 && lenient[_detections[d]]));
                continue;
            }

            found[g] = true;
            pairs.Add(new Pair(_detections[d], _truths[g], _matcher.OverlapOf(d, g), ignored[_truths[g]]));
        }

        for (var g = 0; g < found.Length; g++)
        {
            if (!found[g])
            {
                pairs.Add(new Pair(-1, _truths[g], 0, ignored[_truths[g]]));
            }
        }

        return pairs;
    }
}

/// <summary>Matches at one threshold and hands over who found whom.</summary>
internal static class Pairing
{
    /// <summary>Receives one image and category.</summary>
    public delegate void CellAction(MatchedCell cell);

    public static CocoEvaluationOptions Options(CocoIou iou, double overlap, bool useCategories, bool federated) => new()
    {
        Iou = iou,
        UseCategories = useCategories,
        MatchIdZero = true,
        IouThresholds = [overlap],
        Areas = [new CocoAreaRange("all", 0, double.MaxValue)],
        Federated = federated,
        MaxDetectionsPerImage = federated ? CocoEvaluationOptions.Lvis.MaxDetectionsPerImage : 0,
        MaxDetections = [federated ? CocoEvaluationOptions.Lvis.MaxDetections[0] : useCategories ? 100 : 1000],
    };

    /// <summary>Runs over categories and images in order, on the calling thread.</summary>
    public static void ForEachCell(
        CocoGroundTruth truth, CocoResults results, CocoEvaluationOptions options, double minScore, CellAction action)
    {
        options.Validate();
        var input = EvaluationInput.Join(truth, results, options, null);
        var matcher = new CategoryMatcher(input, options)
        {
            OnCell = (image, truths, detections, cell) =>
            {
                // A lower score never takes a truth from a higher one, so leaving out the tail afterwards is the same as before.
                var kept = 0;
                while (kept < detections.Length && results.Rows[detections[kept]].Score >= minScore)
                {
                    kept++;
                }

                action(new MatchedCell(image, truths, detections, cell, input, kept));
            },
        };
        for (var k = 0; k < input.CategoryCount; k++)
        {
            matcher.Match(k);
        }
    }
}
