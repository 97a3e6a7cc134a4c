using System.CommandLine;
using PPLCNet.Vision.Evaluation.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation.Segmentation;

/// <summary><c>--absent</c>: what a class counts as that occurs in neither truth nor predictions.</summary>
internal sealed class AbsentFlag
{
    private readonly Option<string> _flag = new("--absent")
    {
        Description = "What a class counts as that occurs nowhere: "
            + "IoU one (PaddleSeg since 2024), zero (PaddleSeg before), or skip (mmseg, Cityscapes).",
        DefaultValueFactory = _ => "one",
    };

    /// <summary>Makes the flag.</summary>
    public AbsentFlag() => _flag.AcceptOnlyFromAmong("one", "zero", "skip");

    /// <summary>Adds the flag.</summary>
    public void AddTo(Command command) => command.Options.Add(_flag);

    /// <summary>The rule that the flag names.</summary>
    public AbsentClass Read(ParseResult parse) => AbsentClassNames.Parse(parse.GetValue(_flag)) ?? AbsentClass.AsPaddleSeg;
}
