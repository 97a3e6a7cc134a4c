using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>
/// <c>pplcnet index remove</c>: by id, label, path, any condition, or because the file is gone; several of these narrow each
/// other.
/// </summary>
internal static class IndexRemove
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("remove", "Remove items that meet everything that is given; compact the gallery afterwards to get the space back.");
        var path = new GalleryPath(command);
        var ids = command.Flag<long[]>("--id", "Items with one of these ids.").Many();
        var labels = command.Flag<string[]>("--label", "Items with one of these labels.");
        var paths = command.Flag<string[]>("--path", "Items of one of these files.");
        var where = command.Flag<string[]>(
            "--where", "Items that meet every such condition: field=value, !=, >=, <=, >, <, or field alone.", "CONDITION");
        var missing = command.Switch("--missing", "Items whose file is no longer there.");
        var dryRun = command.Switch("--dry-run", "List what would be removed, and remove nothing.");
        return command.Does(parse =>
        {
            ItemFilter[] all =
            [
                .. parse.GetValue(ids) is { Length: > 0 } i ? [ItemFilter.Id(i)] : Array.Empty<ItemFilter>(),
                .. parse.GetValue(labels) is { Length: > 0 } l ? [ItemFilter.Label(l)] : Array.Empty<ItemFilter>(),
                .. parse.GetValue(where) is { Length: > 0 } w ? w.Select(ItemFilter.Parse) : [],
            ];
            var named = parse.GetValue(paths) is { Length: > 0 } p ? p : null;
            if (all.Length == 0 && named is null && !parse.GetValue(missing))
            {
                throw CliException.Usage("nothing to remove: give --id, --label, --path, --where or --missing; an item must meet all that are given.");
            }

            var isReader = parse.GetValue(dryRun);
            using var gallery = path.Open(parse, isReader ? null : new GalleryOptions());
            var files = new ItemPaths(gallery);
            var found = gallery.Items().Where(ItemFilter.All(all).Matches);
            found = named is null ? found : files.OfFiles(found, named);
            GalleryItem[] gone = [.. parse.GetValue(missing) ? Missing(found, gallery, files) : found];
            if (isReader)
            {
                Terminal.Lines(gone.Select(item =>
                    $"{item.Id} '{item.Label}'{(item.Metadata.TryGetValue(ItemPaths.Field, out var file) ? $" {file}" : "")}"));
                Terminal.Line($"{gone.Length} would be removed; {gallery.Count} items in '{gallery.FilePath}'");
                return;
            }

            var removed = gallery.RemoveAsync([.. gone.Select(item => item.Id)]).AsTask().GetAwaiter().GetResult();
            Terminal.Line($"{removed} removed; {gallery.Count} items in '{gallery.FilePath}'");
        });
    }

    /// <exception cref="CliException">No file of the gallery is there: then it is the folder that is missing.</exception>
    private static IEnumerable<GalleryItem> Missing(IEnumerable<GalleryItem> items, Gallery gallery, ItemPaths files) =>
        gallery.Items().Any(i => files.FullPathOf(i) is { } full && File.Exists(full))
            ? files.Missing(items)
            : throw CliException.Usage($"'{gallery.FilePath}': no file of its items is there; is their folder mounted? Nothing was removed.");
}
