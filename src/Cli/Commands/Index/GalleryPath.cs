using System.CommandLine;
using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>Which gallery a command is about, as an argument or as <c>--index PATH</c>; and opening it with the exit codes of the contract.</summary>
internal sealed class GalleryPath
{
    private readonly Argument<string?>? _argument;
    private readonly Option<string?> _option = new("--index", "-i") { Description = "The gallery file.", HelpName = "PATH" };

    /// <summary>Adds the flag, and the argument where the command has no other.</summary>
    public GalleryPath(Command command, bool withArgument = true)
    {
        if (withArgument)
        {
            _argument = new Argument<string?>("GALLERY") { Description = "The gallery file (or --index PATH).", Arity = ArgumentArity.ZeroOrOne };
            command.Arguments.Add(_argument);
        }

        command.Options.Add(_option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_option) is null && (_argument is null || result.GetValue(_argument) is null))
            {
                result.AddError("Name the gallery: --index PATH.");
            }
        });
    }

    /// <summary>The path.</summary>
    public string Of(ParseResult parse) => parse.GetValue(_option) ?? parse.GetValue(_argument!)!;

    /// <summary>Opens the gallery.</summary>
    /// <exception cref="CliException">It is missing or damaged.</exception>
    public Gallery Open(ParseResult parse, GalleryOptions options) => Open(Of(parse), options);

    /// <summary>Opens a gallery.</summary>
    /// <exception cref="CliException">It is missing or damaged.</exception>
    public static Gallery Open(string path, GalleryOptions options) => Guard(() => Gallery.Open(path, options));

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
}
