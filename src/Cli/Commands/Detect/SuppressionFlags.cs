using System.CommandLine;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Suppression;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>The flags of the suppression beyond its thresholds.</summary>
internal sealed class SuppressionFlags
{
    private readonly Option<string> _method = new("--nms")
    {
        Description = "What becomes of a box that overlaps a better one: hard drops it, soft-linear and soft-gaussian lower its score.",
        DefaultValueFactory = _ => "hard",
    };

    private readonly Option<bool> _bestClass = new("--best-class") { Description = "Report each place under its best class only." };
    private readonly Option<int> _limit = new("--max") { Description = "Most objects of an image.", DefaultValueFactory = _ => 100, HelpName = "N" };

    /// <summary>Adds the flags.</summary>
    public SuppressionFlags(Command command)
    {
        _method.AcceptOnlyFromAmong("hard", "soft-linear", "soft-gaussian");
        _limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--max must be at least 1.");
            }
        });
        command.Options.Add(_method);
        command.Options.Add(_bestClass);
        command.Options.Add(_limit);
    }

    /// <summary>The options with what the flags say of the suppression.</summary>
    public DetectionOptions Apply(ParseResult parse, DetectionOptions options) => options with
    {
        Method = parse.GetValue(_method) switch
        {
            "soft-linear" => NmsMethod.SoftLinear,
            "soft-gaussian" => NmsMethod.SoftGaussian,
            _ => NmsMethod.Hard,
        },
        BestClassOnly = parse.GetValue(_bestClass),
        MaxObjects = parse.GetValue(_limit),
    };
}
