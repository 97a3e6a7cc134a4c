using PPLCNet.Vision.Evaluation.Retrieval;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>eval retrieval</c>: how well embeddings find images of the same label.</summary>
internal static class EvalRetrieval
{
    private const int ShownConfusions = 40;

    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "retrieval",
        "Image search: recall@k, precision@k, mAP, mINP; leave one out, or queries against a gallery.",
        Define,
        states =>
        {
            var options = RetrievalState.ReadOptions(states[0]);
            return Outcome([.. states.SelectMany(s => RetrievalState.ReadOutcomes(s, options))], options);
        });

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var gallery = command.Text(
            "--gallery", "Folder per label, or a list of path and label; also the queries (leave one out) unless --queries is given.", "DIR|FILE");
        var queries = command.Text("--queries", "Queries of their own.", "DIR|FILE");
        var npy = command.Text(
            "--npy", "Gallery vectors [N, D] instead of images and a model; labels from --labels, or beside it as embed writes them.", "FILE.npy");
        var labels =
            command.Text("--labels", "Labels of the rows of --npy: a list of path and label, or one label a line.", "FILE");
        var queryNpy = command.Text("--queries-npy", "Query vectors; needs --queries-labels.", "FILE.npy");
        var queryLabels = command.Text("--queries-labels", "Labels of the rows of --queries-npy.", "FILE");
        var raw = command.Switch("--raw", "Take the vectors of --npy as they are instead of dividing them by their length.");
        var groups = command.Switch(
            "--groups", "The lists' third field is a group (a camera): a query never meets its own label and group.");
        var size = command.Size("--size", "Stretch images to this size instead of the manifest's rule.");
        var output = command.Text("--output", "The graph's output to take, where it has several.", "NAME");
        var runtime = new RuntimeFlags(command, "pplcnet-x1.0-embed");
        var ks = command.Flag<int[]>("--k", "Ranks of recall and precision.", "K").Many().Default([1, 5, 10]);
        var paddle = command.Switch("--paddle", "Count as PaddleClas does, to reproduce published figures.");

        (EvaluationSet Gallery, EvaluationSet? Queries) Read(ParseResult parse, EvalRun run)
        {
            var withGroups = parse.GetValue(groups);
            if (parse.GetValue(npy) is { } matrix)
            {
                // Lengths count for nothing, as in the index and in PaddleClas: long vectors would win, whatever their direction.
                EvaluationSet Matrix(string path, string? list, string flag) =>
                    EvaluationSet.Read(path, list ?? LabelsBeside(path, flag), !parse.GetValue(raw), withGroups);
                return (Matrix(matrix, parse.GetValue(labels), "--labels"),
                    parse.GetValue(queryNpy) is { } rows ? Matrix(rows, parse.GetValue(queryLabels), "--queries-labels") : null);
            }

            var items = parse.GetValue(gallery) ?? throw CliException.Usage("eval retrieval needs --gallery, or --npy with --labels.");
            using var embedder = Embedder.Load(
                runtime.Model(parse),
                new EmbedderOptions { Output = parse.GetValue(output), InputSize = parse.GetValue(size), Runtime = runtime.Runtime(parse) });
            EvaluationSet Images(string path) => Embed(path, embedder, runtime.Workers(parse), withGroups, run);
            return (Images(items), parse.GetValue(queries) is { } others ? Images(others) : null);
        }

        return (parse, run) =>
        {
            var options = new RetrievalOptions { Ks = parse.GetValue(ks)!, PaddleCompatible = parse.GetValue(paddle) };
            var (items, others) = Read(parse, run);
            int[] mine = [.. Enumerable.Range(0, (others ?? items).Count).Where(i => run.Shard.Takes(i))];
            var outcomes = others is null
                ? RetrievalEvaluator.LeaveOneOut(items, mine, options, Interrupt.Abort)
                : RetrievalEvaluator.Evaluate(others, mine, items, options, Interrupt.Abort);
            return Outcome(outcomes, options);
        };
    }

    private static string LabelsBeside(string matrix, string flag) => Path.ChangeExtension(matrix, ".txt") is var beside && File.Exists(beside)
        ? beside
        : throw CliException.Usage($"'{matrix}' needs {flag} FILE.");

    private static EvaluationSet Embed(string path, Embedder embedder, int workers, bool withGroups, EvalRun run)
    {
        var images = LabeledImages.Read(path);
        var vectors = new float[images.Count * embedder.Dimensions];
        var done = 0;

        // Every query meets the whole gallery, so a shard embeds everything and then takes its part of the queries.
        (run with { Shard = Shard.Whole }).ForEach(
            images,
            workers,
            (image, token) => embedder.Embed(image.Path, null, token).Vector,
            vector => vector.CopyTo(vectors, done++ * embedder.Dimensions));
        var groups = withGroups ? EvaluationSet.GroupsOf(path, images.Select(i => (i.Path, i.Group))) : null;
        return new EvaluationSet(vectors, embedder.Dimensions, [.. images.Select(p => p.Label)], groups);
    }

    private static EvalOutcome Outcome(IReadOnlyList<QueryOutcome> outcomes, RetrievalOptions options)
    {
        var report = RetrievalReport.Of(outcomes, options);
        return new EvalOutcome(report.Summarize(), json => RetrievalState.Write(json, report, options))
        {
            WriteReport = page => page.Table(
                "Taken for each other at rank 1",
                ["label", "taken for", "times"],
                report.Confusions().Take(ShownConfusions).Select(c => (string[])[c.Label, c.TakenFor, $"{c.Count}"])),
        };
    }
}
