using System.CommandLine;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index build</c> and <c>index add</c>: images, vectors or a gallery of PP-ShiTu into a gallery.</summary>
internal sealed class IndexWrite(bool isNew)
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Images and folders (an image's folder is its label), or - for paths (and after a tab, labels) on standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _labels = new("--labels") { Description = "Label list: path, tab (or comma, or space), label, one a line. With --npy, one line a row.", HelpName = "FILE" };
    private readonly Option<string?> _root = new("--root") { Description = "Folder that paths of the label file start from; the default is the file's own.", HelpName = "DIR" };
    private readonly Option<string?> _npy = new("--npy") { Description = "Take vectors from a matrix instead of embedding images; labels from --labels, or beside it as embed writes them.", HelpName = "FILE.npy" };
    private readonly Option<string?> _shitu = new("--from-shitu") { Description = "Take a gallery of PP-ShiTu: a folder with vector.index and id_map.", HelpName = "DIR" };
    private readonly Option<string?> _detector = new("--detector") { Description = "Crop each image to its main body, the best detection of this model; the whole image where it finds nothing.", HelpName = "NAME|PATH" };
    private readonly Option<string?> _kind = IndexKindFlag.Create();
    private readonly Option<bool> _resume = new("--resume") { Description = "Continue a gallery that an earlier run began; images already in it are skipped." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a gallery that is there, once the new one stands; with --resume, go on with a replacement that was cut off." };
    private readonly Option<bool> _update = new("--update") { Description = "Embed images again whose paths are there already." };
    private readonly Option<string?> _report = new("--report") { Description = "Also write one JSON line an input, bad ones with their errors, into this file.", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "JSON lines, one object an input." };
    private readonly Option<Shard> _shard = Shard.Flag();

    /// <summary>Makes the command.</summary>
    public Command Create()
    {
        var command = isNew
            ? new Command("build", "Make a gallery of images, of a matrix of vectors, or of a gallery of PP-ShiTu.")
            : new Command("add", "Add to a gallery; images whose paths are already in it are skipped.");
        command.Arguments.Add(_inputs);
        var gallery = new GalleryPath(command, withArgument: false);
        foreach (var option in (Option[])[_labels, _root, _npy, _shitu, _detector, _kind, _report, _json, _shard])
        {
            command.Options.Add(option);
        }

        foreach (var option in isNew ? (Option[])[_resume, _overwrite] : [_update])
        {
            command.Options.Add(option);
        }

        var runtime = new RuntimeFlags(command, "pplcnet-x1.0-embed");
        command.SetAction(parse => Run(parse, gallery.Of(parse), runtime));
        return command;
    }

    private async Task<int> Run(ParseResult parse, string path, RuntimeFlags runtime)
    {
        if (parse.GetValue(_npy) is { } npy)
        {
            return await VectorImport.FromMatrix(npy, parse.GetValue(_labels), matrix => Open(parse, path, options =>
                GalleryBuilder.Open(path, matrix.Dimensions, options: options))).ConfigureAwait(false);
        }

        if (parse.GetValue(_shitu) is { } shitu)
        {
            return await VectorImport.FromShitu(shitu, old => Open(parse, path, options =>
                GalleryBuilder.Open(path, old.Dimensions, old.Metric, options))).ConfigureAwait(false);
        }

        if (parse.GetValue(_inputs)!.Length == 0 && parse.GetValue(_labels) is null)
        {
            throw CliException.Usage("no input: name images or folders, a label file with --labels, or - for standard input.");
        }

        var runs = runtime.Runtime(parse);
        var whitening = GalleryBuilder.Continues(path, Mode(parse)) ? GalleryWhitening.Find(path) : null;
        using var embedder = Embedder.Load(runtime.Model(parse), new EmbedderOptions { Runtime = runs, Whitening = whitening });
        using var detector = parse.GetValue(_detector) is { } name ? Detector.Load(name, new ModelOptions { Runtime = runs }) : null;
        using var builder = Open(parse, path, options => GalleryBuilder.Open(path, embedder, options with { Detector = detector }));
        return await Embed(parse, runtime, builder).ConfigureAwait(false);
    }

    private async Task<int> Embed(ParseResult parse, RuntimeFlags runtime, GalleryBuilder builder)
    {
        var writer = builder.CreateWriter();
        var source = new IndexSource(
            parse.GetValue(_inputs)!, parse.GetValue(_labels), parse.GetValue(_root), parse.GetValue(_shard), writer.IsKnown);
        var report = parse.GetValue(_report);
        using var job = new IndexJob(writer, source.LabelOf);
        var run = new ImageRun
        {
            Inputs = source.Inputs,
            Model = runtime.Model(parse),
            Runtime = runtime.Runtime(parse),
            Workers = runtime.Workers(parse),
            Json = parse.GetValue(_json) || report is not null,
            Out = report,
        };
        var code = source.Inputs.Total == 0 && source.Known > 0
            ? ExitCode.Ok
            : await new ImageRunner<IndexedImage>("index", job, run).RunAsync().ConfigureAwait(false);
        (code, var held) = GalleryPath.Finish(builder, code);
        var text = $"{writer.Stored} stored, {source.Known} there already; {held}";
        if (parse.GetValue(_json))
        {
            Terminal.Warn(text);
        }
        else
        {
            Terminal.Line(text);
        }

        return code;
    }

    private GalleryMode Mode(ParseResult parse) => !isNew ? GalleryMode.Open
        : (parse.GetValue(_overwrite), parse.GetValue(_resume)) switch
        {
            (true, true) => GalleryMode.ResumeReplacement,
            (true, false) => GalleryMode.Replace,
            (false, true) => GalleryMode.OpenOrCreate,
            _ => GalleryMode.CreateNew,
        };

    private GalleryBuilder Open(ParseResult parse, string path, Func<GalleryBuilderOptions, GalleryBuilder> open)
    {
        var options = new GalleryBuilderOptions
        {
            Mode = Mode(parse),
            Index = IndexKindFlag.Parse(parse.GetValue(_kind)),
            Update = !isNew && parse.GetValue(_update),

            // Answers in JSON tell what is on the disk.
            BatchSize = parse.GetValue(_json) || parse.GetValue(_report) is not null ? 1 : 32,
        };
        if (options.Mode == GalleryMode.CreateNew && File.Exists(path))
        {
            throw CliException.Usage($"'{path}' is there already; --resume goes on with it, --overwrite replaces it, `index add` adds to it.");
        }

        return GalleryBuilder.Continues(path, options.Mode) ? GalleryPath.Guard(() => open(options)) : open(options);
    }
}
