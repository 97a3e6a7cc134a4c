using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Reports;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>
/// <c>pplcnet index check</c>: checksums always; near duplicates and the quality of an approximate index on request.
/// </summary>
internal static class IndexCheck
{
    private const float CopyScore = 0.98f;
    private const double GoodRecall = 0.98;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("check", "Read a whole gallery and check it; exit code 3 where it is damaged.");
        var path = new GalleryPath(command);
        var duplicates = command.Flag<float?>(
            "--duplicates",
            $"Also list pairs at or above this similarity ({CopyScore} where none is given); pairs of different labels are marked.",
            "SCORE");
        duplicates.Arity = ArgumentArity.ZeroOrOne;
        var quality = command.Switch(
            "--quality", "Also measure recall and speed of the approximate index against the exact one, and suggest a breadth.");
        var json = command.Switch("--json", "JSON lines.");
        command.SetAction(async parse =>
        {
            var asJson = parse.GetValue(json);
            var kind = parse.GetValue(quality) ? GalleryIndexKind.Hnsw : GalleryIndexKind.Flat;
            using var gallery = path.Open(parse, new GalleryOptions { ReadOnly = true, Index = kind, Hnsw = new HnswOptions { ScanUpTo = 0 } });
            Write(asJson, $"ok: {gallery.Count} items, every checksum matches", ("state", "ok"), ("items", gallery.Count));
            if (parse.GetResult(duplicates) is not null)
            {
                await ListDuplicates(gallery, parse.GetValue(duplicates) ?? CopyScore, asJson).ConfigureAwait(false);
            }

            if (parse.GetValue(quality))
            {
                await Measure(gallery, asJson).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task ListDuplicates(Gallery gallery, float minScore, bool asJson)
    {
        static string Name(VectorMatch m) =>
            $"{m.Id} '{m.Label}'{(m.Metadata.TryGetValue("path", out var path) ? $" {path}" : "")}";
        var count = 0;
        await foreach (var pair in NearDuplicates.FindAsync(gallery, minScore, cancellationToken: Interrupt.Stop).ConfigureAwait(false))
        {
            count++;
            Write(
                asJson,
                $"{pair.Score:0.0000}  {Name(pair.First)}  {Name(pair.Second)}{(pair.LabelsDiffer ? "  LABELS DIFFER" : "")}",
                ("score", pair.Score), ("id", pair.First.Id), ("label", pair.First.Label), ("other_id", pair.Second.Id), ("other_label", pair.Second.Label));
        }

        if (!asJson)
        {
            Terminal.Line($"{count} pairs at {minScore} or above");
        }
    }

    private static async Task Measure(Gallery gallery, bool asJson)
    {
        var quality = await AnnQuality.MeasureAsync(gallery, cancellationToken: Interrupt.Stop).ConfigureAwait(false);
        foreach (var row in quality.Rows)
        {
            Write(
                asJson,
                $"breadth {row.Breadth,4}: recall@{quality.K} {row.Recall:0.0000}, {row.MedianMilliseconds:0.000} ms (95 %: {row.P95Milliseconds:0.000} ms); exact {quality.ExactMilliseconds:0.000} ms",
                ("breadth", row.Breadth), ("recall", row.Recall), ("ms", row.MedianMilliseconds), ("ms_p95", row.P95Milliseconds), ("ms_exact", quality.ExactMilliseconds));
        }

        if (!asJson)
        {
            Terminal.Line(quality.Suggest(GoodRecall) is { } breadth
                ? $"suggested: breadth {breadth}, the smallest with recall {GoodRecall}"
                : $"suggested: the exact index (--kind int8); no breadth reaches recall {GoodRecall}");
        }
    }

    private static void Write(bool asJson, string text, params (string Name, object? Value)[] fields)
    {
        if (!asJson)
        {
            Terminal.Line(text);
            return;
        }

        JsonLine.WriteOut(fields);
    }
}
