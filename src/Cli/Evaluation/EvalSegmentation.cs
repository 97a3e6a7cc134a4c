using PPLCNet.Vision.Cli.Commands.Segment;
using PPLCNet.Vision.Evaluation.Segmentation;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Reports.Segmentation;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>
/// <c>pplcnet eval segmentation</c>: PaddleSeg's measures over folders of label maps, or over a model's answers.
/// </summary>
internal static class EvalSegmentation
{
    /// <summary>The kind.</summary>
    public static EvalKind Kind { get; } = new(
        "segmentation",
        "mIoU, accuracy, kappa and Dice of label maps, as PaddleSeg counts them.",
        Define,
        states => Outcome(SegmentationCounts.Merge(states)));

    private static Func<ParseResult, EvalRun, EvalOutcome> Define(Command command)
    {
        var gt = command.Text("--gt", "Folder of label maps (PNG of class ids).", "DIR", required: true);
        var pred = command.Text("--pred", "Folder of predicted label maps of the same names.", "DIR");
        var images = command.Text("--images", "Folder of images of the same names, for --model.", "DIR");
        var classes = command.Flag<int?>("--classes", "Number of classes; with a model, as many as it has.", "N");
        var ignore =
            command.Flag<int?>("--ignore", "True id that does not count, a class or another id; the model's, else 255.", "ID");
        var absent = command.Text(
            "--absent",
            "What a class counts as that occurs nowhere: IoU one (PaddleSeg since 2024), zero (PaddleSeg before), or skip (mmseg, Cityscapes).")
            .Default("one").OneOf("one", "zero", "skip");
        var map = command.Flag<byte[]?>(
            "--map", "Read these ids of label files as others, for example 255=1 for masks of 0 and 255.", "FROM=TO,...")
            .ReadAll("ids 0 to 255 as FROM=TO,..., for example 255=1", texts =>
            {
                var pairs = Numbers.Split(texts);
                return IdTable.Parse(pairs, out var bad) is { } table ? (table, null) : (null, bad);
            });
        var flags = new SegmenterFlags(command);
        var runtime = new RuntimeFlags(command, null);
        command.Refuse(
            r => r.GetValue(pred) is null == r.GetValue(images) is null,
            "eval segmentation takes either --pred DIR or --model NAME --images DIR.");
        command.Refuse(r => r.GetValue(pred) is not null && r.GetValue(classes) is null, "--pred needs --classes N.");
        command.Refuse(
            r => r.GetValue(classes) is < 1 or > 256 || r.GetValue(ignore) is < 0 or > 255, "--classes takes 1 to 256, --ignore 0 to 255.");
        return (parse, run) =>
        {
            var truth = parse.GetValue(gt)!;
            var table = parse.GetValue(map) is { Length: 256 } ids ? ids : null; // absent arrays come empty
            var rule = AbsentClassNames.Parse(parse.GetValue(absent)) ?? AbsentClass.AsPaddleSeg;
            LabelMap Read(string path) => table is null ? LabelMap.Read(path) : LabelMap.Read(path).Remap(table);
            EvalOutcome Count(IReadOnlyList<LabelPair> pairs, SegmentationCounts counts, Func<LabelPair, CancellationToken, LabelMap> predict)
            {
                run.ForEach(
                    pairs,
                    runtime.Workers(parse),
                    (pair, token) => counts.Count(pair, Read(pair.Truth), predict(pair, token)),
                    counts.Matrix.Merge);
                return Outcome(counts);
            }

            if (parse.GetValue(pred) is { } predicted)
            {
                var byFiles = SegmentationCounts.Create(parse.GetValue(classes)!.Value, parse.GetValue(ignore), 255, rule, []);
                return Count(LabelPair.ByName(truth, predicted, [".png"]), byFiles, (pair, _) => Read(pair.Other));
            }

            var model = runtime.Model(parse);
            using var segmenter = flags.Load(parse, model.Length > 0 ? model : Segmenter.DefaultModel, runtime.Runtime(parse));

            // Who asks for more classes than the model has wants its void counted as one of them.
            var emptyId = segmenter.Settings.Void;
            var byModel = SegmentationCounts.Create(
                parse.GetValue(classes) ?? segmenter.Labels.Count,
                parse.GetValue(ignore) ?? (parse.GetValue(classes) is null ? emptyId : null),
                emptyId ?? 255,
                rule,
                segmenter.Labels);
            return Count(
                LabelPair.ByName(truth, parse.GetValue(images)!, [.. ImageFile.Extensions]),
                byModel,
                (pair, token) => segmenter.Segment(pair.Other, null, token).Map);
        };
    }

    private static EvalOutcome Outcome(SegmentationCounts counts) => new(counts.Summarize(), counts.WriteState)
    {
        Notes = SegmentationNotes.Of(counts, "--map 255=1", "--absent skip"),
        WriteReport = page => SegmentationReport.Write(page, counts),
    };
}
