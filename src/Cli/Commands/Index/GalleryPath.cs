using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>
/// Which gallery a command is about, as an argument or as <c>--index PATH</c>; and opening it with the exit codes of the
/// contract.
/// </summary>
internal sealed class GalleryPath
{
    private static readonly GalleryOptions _reading = new() { ReadOnly = true, Index = GalleryIndexKind.Flat };

    private readonly Argument<string?>? _argument;
    private readonly Option<string?> _option;

    /// <summary>Adds the flag, and the argument where the command has no other.</summary>
    public GalleryPath(Command command, bool withArgument = true)
    {
        _argument = withArgument ? command.Argument<string?>("GALLERY", "The gallery file (or --index PATH).", ArgumentArity.ZeroOrOne) : null;
        _option = command.Text("--index", "The gallery file.", "PATH").Alias("-i");
        command.Refuse(
            r => r.GetValue(_option) is null && (_argument is null || r.GetValue(_argument) is null), "Name the gallery: --index PATH.");
    }

    /// <summary>The path.</summary>
    public string Of(ParseResult parse) => parse.GetValue(_option) ?? parse.GetValue(_argument!)!;

    /// <summary>Opens the gallery; without options only for reading, and with the index that loads fastest.</summary>
    /// <exception cref="CliException">It is missing or damaged.</exception>
    public Gallery Open(ParseResult parse, GalleryOptions? options = null) => Open(Of(parse), options ?? _reading);

    /// <summary>Opens a gallery.</summary>
    /// <exception cref="CliException">It is missing or damaged.</exception>
    public static Gallery Open(string path, GalleryOptions options) => Guard(() => Gallery.Open(path, options));

    /// <summary>
    /// Ends a run that wrote: a replacement takes the place of the old gallery, unless the run was cut off or stored nothing;
    /// the graph is saved.
    /// </summary>
    /// <returns>The exit code: a run that was to make a gallery and has nothing to put into it is no success. And what the gallery
    /// holds, for people.</returns>
    public static (int Code, string Text) Finish(GalleryBuilder builder, int code)
    {
        var isWhole = (code != ExitCode.Cancelled || builder.Gallery.IsPublished) && builder.Complete();
        return (!isWhole && code == ExitCode.Ok ? ExitCode.InputsFailed : code, Tell(builder.Gallery, isWhole));
    }

    /// <summary>Runs something over a gallery; a missing or damaged file is exit code 3, as for a model.</summary>
    public static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or DataFormatException)
        {
            throw new CliException(ExitCode.Model, e.Message, e);
        }
    }

    private static string Tell(Gallery gallery, bool isWhole) =>
        !isWhole && gallery.IsPublished ? $"'{gallery.FilePath}' is not written, because there is nothing to store"
        : gallery.IsPublished ? $"{gallery.Count} items in '{gallery.FilePath}'"
        : gallery.Count == 0 ? $"'{gallery.FilePath}' stays as it was"
        : $"'{gallery.FilePath}' stays as it was, and {gallery.Count} items wait in '{Gallery.ReplacementPath(gallery.FilePath)}' for --overwrite --resume";
}
