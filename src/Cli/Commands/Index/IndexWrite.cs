using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary><c>pplcnet index build</c> and <c>index add</c>: images, vectors or a gallery of PP-ShiTu into a gallery.</summary>
internal sealed class IndexWrite(Command command, bool isNew)
{
    private readonly Argument<string[]> _inputs = command.Argument<string[]>(
        "INPUT",
        "Images and folders (an image's folder is its label), or - for paths (and after a tab, labels) on standard input.",
        ArgumentArity.ZeroOrMore);

    private readonly GalleryPath _gallery = new(command, withArgument: false);
    private readonly Option<string?> _labels = command.Text(
        "--labels", "Label list: path, tab (or comma, or space), label, one a line. With --npy, one line a row.", "FILE");

    private readonly Option<string?> _root =
        command.Text("--root", "Folder that paths of the label file start from; the default is the file's own.", "DIR");

    private readonly Option<string?> _npy = command.Text(
        "--npy", "Take vectors from a matrix instead of embedding images; labels from --labels, or beside it as embed writes them.", "FILE.npy");

    private readonly Option<string?> _shitu =
        command.Text("--from-shitu", "Take a gallery of PP-ShiTu: a folder with vector.index and id_map.", "DIR");

    private readonly Option<string?> _detector = command.Text(
        "--detector", "Crop each image to its main body, the best detection of this model; the whole image where it finds nothing.", "NAME|PATH");

    private readonly Option<string?> _kind = command.Kind();
    private readonly Option<string?> _report =
        command.Text("--report", "Also write one JSON line an input, bad ones with their errors, into this file.", "FILE");

    private readonly Option<bool> _json = command.Switch("--json", "JSON lines, one object an input.");
    private readonly Option<Shard> _shard = Shard.Flag(command);
    private readonly Option<bool> _allow = ImageRun.AllowFailuresFlag(command);
    private readonly Option<bool>? _resume = isNew
        ? command.Switch("--resume", "Continue a gallery that an earlier run began; images already in it are skipped.")
        : null;

    private readonly Option<bool>? _overwrite = isNew
        ? command.Switch(
            "--overwrite", "Replace a gallery that is there, once the new one stands; with --resume, go on with a replacement that was cut off.")
        : null;

    private readonly Option<bool>? _update = isNew ? null : command.Switch("--update", "Embed images again whose paths are there already.");
    private readonly RuntimeFlags _runtime = new(command, "pplcnet-x1.0-embed");

    /// <summary>Makes one of the two commands.</summary>
    public static Command Create(bool isNew)
    {
        var command = isNew
            ? new Command("build", "Make a gallery of images, of a matrix of vectors, or of a gallery of PP-ShiTu.")
            : new Command("add", "Add to a gallery; images whose paths are already in it are skipped.");
        var write = new IndexWrite(command, isNew);
        command.SetAction(parse => write.RunAsync(parse, write._gallery.Of(parse)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, string path)
    {
        if (parse.GetValue(_npy) is { } npy)
        {
            var labelFile = parse.GetValue(_labels) ?? Path.ChangeExtension(npy, ".txt");
            if (!File.Exists(npy) || !File.Exists(labelFile))
            {
                throw CliException.Usage(
                    $"'{(File.Exists(npy) ? labelFile : npy)}': there is no such file; --npy needs a matrix, and a label a row in --labels.");
            }

            using var matrix = LabeledMatrix.Open(npy, labelFile);
            using var vectors = Open(parse, path, options => GalleryBuilder.Open(path, matrix.Dimensions, options: options));
            return Finish(vectors, await vectors.AddAsync(matrix, Interrupt.Stop).ConfigureAwait(false));
        }

        if (parse.GetValue(_shitu) is { } shitu)
        {
            var old = GalleryPath.Guard(() => ShituGallery.Read(shitu));
            using var copies = Open(parse, path, options => GalleryBuilder.Open(path, old.Dimensions, old.Metric, options));
            return Finish(copies, await copies.AddAsync(old, Interrupt.Stop).ConfigureAwait(false));
        }

        if (parse.GetValue(_inputs)!.Length == 0 && parse.GetValue(_labels) is null)
        {
            throw IndexSource.NoInput();
        }

        var runs = _runtime.Runtime(parse);
        var whitening = GalleryBuilder.Continues(path, Mode(parse)) ? GalleryWhitening.Find(path) : null;
        using var embedder = Embedder.Load(_runtime.Model(parse), new EmbedderOptions { Runtime = runs, Whitening = whitening });
        using var detector = parse.GetValue(_detector) is { } name ? Detector.Load(name, new ModelOptions { Runtime = runs }) : null;
        using var builder = Open(parse, path, options => GalleryBuilder.Open(path, embedder, options with { Detector = detector }));
        return await EmbedAsync(parse, builder).ConfigureAwait(false);
    }

    private async Task<int> EmbedAsync(ParseResult parse, GalleryBuilder builder)
    {
        var writer = builder.CreateWriter();
        var source = new IndexSource(
            parse.GetValue(_inputs)!, parse.GetValue(_labels), parse.GetValue(_root), parse.GetValue(_shard), writer.IsKnown);
        var report = parse.GetValue(_report);
        using var job = new ImageJob<IndexedImage>
        {
            Run = (image, token) => new IndexedImage(writer.Embed(image, token)),
            Accept = answer =>
            {
                var path = answer.Input.Path;
                answer.Value.Label = source.LabelOf(path);
                answer.Value.Id = writer.Add(path, answer.Value.Label, answer.Value.Embedding.Vector);
            },
            WriteJson = (json, value) =>
            {
                json.WriteNumber("id", value.Id);
                json.WriteString("label", value.Label);
            },
        };
        var run = new ImageRun(source.Inputs, _runtime.Model(parse), _runtime.Runtime(parse), _runtime.Workers(parse))
        {
            Json = parse.GetValue(_json) || report is not null,
            Out = report,
            AllowFailures = parse.GetValue(_allow),
        };
        var code = source.Inputs.Total == 0 && source.Known > 0
            ? ExitCode.Ok
            : await new ImageRunner<IndexedImage>("index", job, run).RunAsync().ConfigureAwait(false);
        writer.Flush();
        (code, var held) = GalleryPath.Finish(builder, code);
        var text = $"{writer.Stored} stored, {source.Known} there already; {held}";
        (parse.GetValue(_json) ? (Action<string>)Terminal.Warn : Terminal.Line)(text);
        return code;
    }

    private static int Finish(GalleryBuilder builder, GalleryBuildReport report)
    {
        Terminal.Warn(report.Failures.Select(failure => Failure.Message(failure.Error)));
        var (code, held) = GalleryPath.Finish(builder, report.Failures.Count > 0 ? ExitCode.InputsFailed : ExitCode.Ok);
        Terminal.Line($"{report.Stored} stored, {report.Failures.Count} refused; {held}");
        return code;
    }

    private GalleryMode Mode(ParseResult parse) => _resume is null || _overwrite is null ? GalleryMode.Open
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
            Update = _update is not null && parse.GetValue(_update),

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
