using PPLCNet.Vision.Cli.Commands.Embed;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index export</c>: for PP-ShiTu, for NumPy, or as JSON lines.</summary>
internal static class IndexExport
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("export", "Write a gallery for others: shitu (vector.index and id_map), npy (matrix and label file) or jsonl.");
        var path = new GalleryPath(command);
        var to = command.Text("--out", "The folder (shitu) or file (npy, jsonl).", "PATH", required: true).Alias("-o");
        var format = command.Text("--format", "shitu, npy or jsonl.", "NAME").Default("shitu").OneOf("shitu", "npy", "jsonl");
        command.SetAction(async parse =>
        {
            using var gallery = path.Open(parse);
            OutputFile.Protect(gallery.FilePath);
            var target = parse.GetValue(to)!;
            switch (parse.GetValue(format))
            {
                case "npy":
                    MatrixFiles.Check(target, "--out");
                    GalleryExport.WriteMatrix(gallery, target);
                    break;
                case "jsonl":
                    WriteLines(gallery, target);
                    break;
                default:
                    await ShituGallery.WriteAsync(target, gallery, Interrupt.Stop).ConfigureAwait(false);
                    break;
            }

            Terminal.Line($"{gallery.Count} items written to '{target}'");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteLines(Gallery gallery, string path)
    {
        OutputFile.Check(path, "--out", OutputFile.Begins("{\"id\":"), "lines of an earlier export");
        AtomicFile.Write(path, overwrite: true, stream => GalleryExport.WriteLines(gallery, stream));
    }
}
