namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet merge PART... --parts N --out FILE</c>: the answers of all shards in the order of one run.</summary>
internal static class MergeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "merge", "Join the JSON lines of shards in the order of one run; fails when a part is missing.");
        var parts = command.Argument<string[]>(
            "PART", "Files of `--shard i/n --out FILE`, in the order of i.", ArgumentArity.OneOrMore);
        var count = command.Flag<int>("--parts", "How many parts there must be.", "N", required: true)
            .Must(n => n > 0, "must be above 0");
        var list = command.Text(
            "--list", "The list of paths that the shards worked on; every line must have its answer.", "FILE");
        var output = command.Text("--out", "The joined answers.", "FILE", required: true);
        return command.Does(parse =>
        {
            var merge = new AnswerMerge(parse.GetValue(parts)!, parse.GetValue(count), parse.GetValue(list));
            var (answers, errors) = merge.Write(parse.GetValue(output)!);
            Terminal.Warn($"{answers} answers of {parse.GetValue(count)} parts, {errors} of them errors.");
        });
    }
}
