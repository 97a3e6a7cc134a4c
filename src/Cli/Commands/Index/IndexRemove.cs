using System.CommandLine;
using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index remove</c>: by id, by label, by path, or by any condition.</summary>
internal static class IndexRemove
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("remove", "Remove items; compact the gallery afterwards to get the space back.");
        var path = new GalleryPath(command);
        var ids = new Option<long[]>("--id") { Description = "Items with these ids.", AllowMultipleArgumentsPerToken = true };
        var labels = new Option<string[]>("--label") { Description = "Items with these labels." };
        var paths = new Option<string[]>("--path") { Description = "Items of these images." };
        var where = new Option<string[]>("--where") { Description = "Items that meet every such condition: field=value, field!=value, field>=value, field<=value, field.", HelpName = "CONDITION" };
        foreach (var option in (Option[])[ids, labels, paths, where])
        {
            command.Options.Add(option);
        }

        command.SetAction(parse =>
        {
            var any = new List<ItemFilter>();
            any.AddRange(parse.GetValue(ids) is { Length: > 0 } i ? [ItemFilter.Id(i)] : []);
            any.AddRange(parse.GetValue(labels) is { Length: > 0 } l ? [ItemFilter.Label(l)] : []);
            any.AddRange(parse.GetValue(paths) is { Length: > 0 } p ? [ItemFilter.AnyOf("path", [.. p.Select(v => (MetadataValue)v)])] : []);
            any.AddRange(parse.GetValue(where) is { Length: > 0 } w ? [ItemFilter.All([.. w.Select(ItemFilter.Parse)])] : []);
            if (any.Count == 0)
            {
                throw CliException.Usage("nothing to remove: give --id, --label, --path or --where.");
            }

            using var gallery = path.Open(parse, new GalleryOptions());
            var filter = ItemFilter.Any([.. any]);
            var removed = gallery.RemoveAsync([.. gallery.Items().Where(filter.Matches).Select(item => item.Id)]).AsTask().GetAwaiter().GetResult();
            Terminal.Line($"{removed} removed; {gallery.Count} items in '{gallery.FilePath}'");
            return ExitCode.Ok;
        });
        return command;
    }
}
