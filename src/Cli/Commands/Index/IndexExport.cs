using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Embed;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index export</c>: for PP-ShiTu, for NumPy, or as JSON lines.</summary>
internal static class IndexExport
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("export", "Write a gallery for others: shitu (vector.index and id_map), npy (matrix and label file) or jsonl.");
        var path = new GalleryPath(command);
        var to = new Option<string>("--out", "-o") { Description = "The folder (shitu) or file (npy, jsonl).", HelpName = "PATH", Required = true };
        var format = new Option<string>("--format") { Description = "shitu, npy or jsonl.", DefaultValueFactory = _ => "shitu", HelpName = "NAME" };
        format.AcceptOnlyFromAmong("shitu", "npy", "jsonl");
        command.Options.Add(to);
        command.Options.Add(format);
        command.SetAction(async parse =>
        {
            using var gallery = path.Open(parse, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
            OutputFile.Protect(gallery.FilePath);
            var target = parse.GetValue(to)!;
            switch (parse.GetValue(format))
            {
                case "npy": WriteMatrix(gallery, target); break;
                case "jsonl": WriteLines(gallery, target); break;
                default: await ShituGallery.WriteAsync(target, gallery, Interrupt.Stop).ConfigureAwait(false); break;
            }

            Terminal.Line($"{gallery.Count} items written to '{target}'");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteMatrix(Gallery gallery, string path)
    {
        EmbeddingMatrix.Check(path, "--out");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var matrix = new NpyWriter(path, gallery.Dimensions);
        using var labels = new StreamWriter(Path.ChangeExtension(path, ".txt"));
        foreach (var item in gallery.Items())
        {
            matrix.Add(item.Vector.Span);
            labels.Write(LabelList.Line(item.Metadata.TryGetValue(ItemPaths.Field, out var file) ? file.ToString() : $"{item.Id}", item.Label));
            labels.Write('\n');
        }
    }

    private static void WriteLines(Gallery gallery, string path)
    {
        OutputFile.Check(path, "--out", OutputFile.Begins("{\"id\":"), "lines of an earlier export");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var stream = File.Create(path);
        foreach (var item in gallery.Items())
        {
            stream.Write(JsonLine.Build(json =>
            {
                json.WriteNumber("id", item.Id);
                json.WriteString("label", item.Label);
                json.WritePropertyName("metadata");
                json.WriteRawValue(item.Metadata.Count == 0 ? "{}"u8 : ItemMetadata.ToJson(item.Metadata));
                json.WriteFloats("vector", item.Vector.Span);
            }));
        }
    }
}
