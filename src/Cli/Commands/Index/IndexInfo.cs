using PPLCNet.Vision.Retrieval.Galleries;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index info</c>.</summary>
internal static class IndexInfo
{
    private const int Shown = 10;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("info", "What a gallery holds.");
        var path = new GalleryPath(command);
        var json = command.Switch("--json", "One JSON object.");
        return command.Does(parse =>
        {
            using var gallery = path.Open(parse);
            var labels = gallery.Items().CountBy(i => i.Label).OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).ToList();
            if (parse.GetValue(json))
            {
                WriteJson(gallery, labels.Count);
            }
            else
            {
                WriteText(gallery, labels);
            }
        });
    }

    private static void WriteJson(Gallery gallery, int labels) => JsonLine.WriteOut(json =>
    {
        json.WriteString("file", gallery.FilePath);
        json.WriteNumber("items", gallery.Count);
        json.WriteNumber("labels", labels);
        json.WriteNumber("dimension", gallery.Dimensions);
        json.WriteString("metric", gallery.Metric.ToString());
        json.WriteString("kind", IndexKindFlag.NameOf(gallery.Header.Index));
        json.WriteString("model", gallery.Header.Model);
        json.WriteString("model_fingerprint", gallery.Header.ModelFingerprint);
        json.WriteString("created", gallery.Header.Created);
        json.WriteNumber("bytes", gallery.FileBytes);
        json.WriteNumber("live_bytes", gallery.LiveBytes);
    });

    private static void WriteText(Gallery gallery, List<KeyValuePair<string, int>> labels)
    {
        Terminal.Line($"{gallery.FilePath}: {gallery.Count} items, {labels.Count} labels, {gallery.Dimensions} values, {gallery.Metric}, {IndexKindFlag.NameOf(gallery.Header.Index)}");
        Terminal.Line($"model {(gallery.Header.Model.Length > 0 ? gallery.Header.Model : "unknown")}, made {gallery.Header.Created:yyyy-MM-dd HH:mm} UTC, {gallery.FileBytes / 1e6:0.0} MB of which {gallery.LiveBytes / 1e6:0.0} MB in use");
        var table = Terminal.Table("label", "items");
        table.Columns[1].RightAligned();
        foreach (var (label, count) in labels.Take(Shown))
        {
            Terminal.Row(table, label, $"{count}");
        }

        Terminal.Out.Write(table);
        if (labels.Count > Shown)
        {
            Terminal.Line($"... and {labels.Count - Shown} more labels");
        }
    }
}
