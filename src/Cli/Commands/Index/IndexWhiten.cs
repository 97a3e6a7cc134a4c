using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index whiten</c>: shorter vectors by PCA whitening, learnt from the gallery itself.</summary>
internal static class IndexWhiten
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("whiten", "Write a new gallery of shorter, whitened vectors (PCA learnt from the gallery); search and add whiten images the same way.");
        var path = new GalleryPath(command);
        var to = command.Text(
            "--out", "The new gallery; what was learnt lies beside it as PATH.whitening.", "PATH", required: true).Alias("-o");
        var dimensions = command.Flag<int>("--dimensions", "Values of a whitened vector.", "N").Default(128);
        var power = command.Flag<double>("--power", "1 makes all variances equal, 0 only turns.", "P").Default(0.5);
        return command.Does(parse =>
        {
            using var gallery = path.Open(parse);
            var (target, wanted) = (parse.GetValue(to)!, parse.GetValue(dimensions));
            var most = Math.Min(gallery.Dimensions, gallery.Count - 1);
            if (File.Exists(target) || wanted < 1 || wanted > most)
            {
                throw CliException.Usage(
                    $"whiten needs a new file, at least two items, and from 1 to {most} dimensions (no more than a vector has values, and fewer than there are items); found '{target}'{(File.Exists(target) ? ", which is there" : "")}, {wanted} dimensions, {gallery.Count} items.");
            }

            GalleryWhitening.Write(gallery, target, wanted, parse.GetValue(power));
            Terminal.Line($"{gallery.Count} items, {gallery.Dimensions} values whitened to {wanted}, in '{target}'");
        });
    }
}
