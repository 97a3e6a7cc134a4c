using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PPLCNet.Vision.Evaluation.Coco;

namespace PPLCNet.Vision.Cli.Evaluation.Coco;

/// <summary>Flags of what is measured: limits of detections, overlaps, areas.</summary>
internal sealed class CocoRuleFlags
{
    private const int MostInOneFlag = 64;

    private readonly Option<int[]?> _limits = new("--max-dets")
    {
        Description = "Best detections of an image and category that count, rising; the last one is for AP. With --lvis one number, of an image.",
        HelpName = "N,N,...",
        CustomParser = ParseLimits,
    };

    private readonly Option<double[]?> _thresholds = new("--iou-thresholds")
    {
        Description = "Overlaps that count as found, rising, or FROM:STEP:TO; the default is 0.5:0.05:0.95.",
        HelpName = "T,T,...",
        CustomParser = ParseThresholds,
    };

    private readonly Option<CocoAreaRange[]?> _areas = new("--areas")
    {
        Description = "Sizes of objects in square pixels, both ends inclusive; the default is small=0..1024,medium=1024..9216,large=9216..1e10.",
        HelpName = "NAME=MIN..MAX,...",
        CustomParser = ParseAreas,
    };

    /// <summary>Adds the flags.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_limits);
        command.Options.Add(_thresholds);
        command.Options.Add(_areas);
    }

    /// <summary>Changes what the flags say.</summary>
    /// <exception cref="CliException">They contradict each other.</exception>
    public CocoEvaluationOptions Apply(ParseResult parse, CocoEvaluationOptions rules)
    {
        // An option of many values that is not given has none.
        var limits = parse.GetValue(_limits) is { Length: > 0 } given ? given : null;
        if (rules.Federated && limits?.Length > 1)
        {
            throw CliException.Usage("--max-dets takes one number with --lvis: the best detections of an image.");
        }

        return rules with
        {
            MaxDetections = limits ?? rules.MaxDetections,
            MaxDetectionsPerImage = rules.Federated && limits is not null ? limits[0] : rules.MaxDetectionsPerImage,
            IouThresholds = parse.GetValue(_thresholds) is { Length: > 0 } thresholds ? thresholds : rules.IouThresholds,
            Areas = parse.GetValue(_areas) is { Length: > 0 } areas ? [rules.Areas[0], .. areas] : rules.Areas,
        };
    }

    private static int[]? ParseLimits(ArgumentResult argument)
    {
        var texts = Split(argument);
        var limits = new int[texts.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out limits[i]) || limits[i] < 1
                || (i > 0 && limits[i] <= limits[i - 1]))
            {
                argument.AddError($"--max-dets takes rising numbers from 1, for example 1,10,100; found '{texts[i]}'.");
                return null;
            }
        }

        return limits;
    }

    private static double[]? ParseThresholds(ArgumentResult argument)
    {
        var texts = Split(argument);
        var thresholds = texts is [var only] && only.Contains(':', StringComparison.Ordinal)
            ? Steps(only.Split(':'))
            : [.. texts.Select(t => double.TryParse(t, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)];
        if (thresholds.Length is 0 or > MostInOneFlag || Array.Exists(thresholds, t => !(t > 0 && t <= 1))
            || thresholds.Zip(thresholds.Skip(1)).Any(p => p.First >= p.Second))
        {
            argument.AddError(
                $"--iou-thresholds takes 1 to {MostInOneFlag} rising overlaps above 0 and up to 1, or FROM:STEP:TO; found '{string.Join(',', texts)}'.");
            return null;
        }

        return thresholds;
    }

    // One rounded step and the last value exact, as COCO's own thresholds are made: 0.5:0.05:0.95 gives the same bits.
    private static double[] Steps(string[] parts)
    {
        if (parts.Length != 3 || !double.TryParse(parts[0], CultureInfo.InvariantCulture, out var from)
            || !double.TryParse(parts[1], CultureInfo.InvariantCulture, out var step)
            || !double.TryParse(parts[2], CultureInfo.InvariantCulture, out var to) || !(step > 0) || !(to > from))
        {
            return [];
        }

        var count = Math.Round((to - from) / step);
        return count is not (>= 1 and < MostInOneFlag) ? [] : [.. Enumerable.Range(0, (int)count).Select(i => from + (i * ((to - from) / count))), to];
    }

    private static CocoAreaRange[]? ParseAreas(ArgumentResult argument)
    {
        var areas = new List<CocoAreaRange>();
        foreach (var text in Split(argument))
        {
            if (text.Split('=') is [{ Length: > 0 } name, var range] && range.Split("..") is [var low, var high]
                && double.TryParse(low, CultureInfo.InvariantCulture, out var min)
                && double.TryParse(high, CultureInfo.InvariantCulture, out var max)
                && min >= 0 && max >= min && name != "all" && areas.TrueForAll(a => a.Name != name))
            {
                areas.Add(new CocoAreaRange(name, min, max));
                continue;
            }

            argument.AddError($"--areas takes NAME=MIN..MAX with names of their own besides 'all', for example tiny=0..256; found '{text}'.");
            return null;
        }

        return [.. areas];
    }

    private static string[] Split(ArgumentResult argument) =>
        [.. argument.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
