using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index compact</c>.</summary>
internal static class IndexCompact
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("compact", "Write a gallery anew without what removed and replaced items took; --kind changes its index.");
        var path = new GalleryPath(command);
        var kind = command.Kind();
        return command.Does(parse =>
        {
            var wanted = IndexKindFlag.Parse(parse.GetValue(kind));
            using var gallery = path.Open(parse, new GalleryOptions { Index = wanted });
            var before = gallery.FileBytes;
            gallery.Compact(gallery.Header with { Index = wanted ?? gallery.Header.Index });
            gallery.SaveGraph();
            Terminal.Line($"{before / 1e6:0.00} MB before, {gallery.FileBytes / 1e6:0.00} MB after; {gallery.Count} items in '{gallery.FilePath}'");
        });
    }
}
