using System.CommandLine;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Shitu;
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
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with a gallery that an earlier run began; images that are there are passed over." };
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
            : new Command("add", "Add to a gallery; images whose paths are there already are passed over.");
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
            return VectorImport.FromMatrix(npy, parse.GetValue(_labels), columns => OpenGallery(parse, path, columns, VectorMetric.Cosine, "", ""));
        }

        if (parse.GetValue(_shitu) is { } shitu)
        {
            return VectorImport.FromShitu(shitu, old => OpenGallery(parse, path, old.Dimensions, old.Metric, "", ""));
        }

        if (parse.GetValue(_inputs)!.Length == 0 && parse.GetValue(_labels) is null)
        {
            throw CliException.Usage("no input: name images or folders, a label file with --labels, or - for standard input.");
        }

        var runs = runtime.Runtime(parse);
        var whitening = IsThere(parse, path) ? GalleryWhitening.Find(path) : null;
        using var embedder = Embedder.Load(runtime.Model(parse), new EmbedderOptions { Runtime = runs, Whitening = whitening });
        using var detector = parse.GetValue(_detector) is { } name ? Detector.Load(name, new ModelOptions { Runtime = runs }) : null;
        using var gallery = OpenGallery(parse, path, embedder.Dimensions, VectorMetric.Cosine, embedder.Name, embedder.Fingerprint);
        gallery.RequireModel(embedder.Name, embedder.Fingerprint, embedder.Dimensions);
        return await Embed(parse, runtime, embedder, detector is null ? null : new MainBodies(detector), gallery).ConfigureAwait(false);
    }

    private async Task<int> Embed(ParseResult parse, RuntimeFlags runtime, Embedder embedder, MainBodies? bodies, Gallery gallery)
    {
        var paths = new ItemPaths(gallery);
        var ids = new Dictionary<string, long>(ItemPaths.Comparer);
        foreach (var item in gallery.Items())
        {
            if (paths.FullPathOf(item) is { } full)
            {
                ids.TryAdd(full, item.Id);
            }
        }

        var update = !isNew && parse.GetValue(_update);
        var source = new IndexSource(
            parse.GetValue(_inputs)!, parse.GetValue(_labels), parse.GetValue(_root), parse.GetValue(_shard), path => !update && ids.ContainsKey(path));
        var report = parse.GetValue(_report);
        var json = parse.GetValue(_json) || report is not null;
        using var job = new IndexJob(embedder, bodies, gallery, source.LabelOf, paths, ids, perWrite: json ? 1 : 32);
        var run = new ImageRun
        {
            Inputs = source.Inputs,
            Model = runtime.Model(parse),
            Runtime = runtime.Runtime(parse),
            Workers = runtime.Workers(parse),
            Json = json,
            Out = report,
        };
        var code = source.Inputs.Total == 0 && source.Known > 0
            ? ExitCode.Ok
            : await new ImageRunner<IndexedImage>("index", job, run).RunAsync().ConfigureAwait(false);
        code = GalleryPath.Finish(gallery, code);
        var text = $"{job.Stored} stored, {source.Known} there already; {GalleryPath.Tell(gallery)}";
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

    /// <summary>Whether the command goes on with a gallery.</summary>
    private bool IsThere(ParseResult parse, string path) => !isNew
        || (parse.GetValue(_resume) && File.Exists(path) && !(parse.GetValue(_overwrite) && File.Exists(Gallery.ReplacementPath(path))));

    private Gallery OpenGallery(ParseResult parse, string path, int dimension, VectorMetric metric, string model, string fingerprint)
    {
        var kind = IndexKindFlag.Parse(parse.GetValue(_kind));
        if (IsThere(parse, path))
        {
            var gallery = GalleryPath.Open(path, new GalleryOptions { Index = kind });
            if (gallery.Dimensions != dimension)
            {
                var found = gallery.Dimensions;
                gallery.Dispose();
                throw new ModelFormatException(path, $"vectors of {dimension} values", $"vectors of {found}");
            }

            return gallery;
        }

        var header = new GalleryHeader
        {
            Dimensions = dimension,
            Metric = metric,
            Index = kind ?? GalleryIndexKind.Flat,
            Model = model,
            ModelFingerprint = fingerprint,
            PathsFromGallery = true,
        };
        if (!File.Exists(path))
        {
            File.Delete(GalleryWhitening.PathOf(path));
            return Gallery.Create(path, header);
        }

        return parse.GetValue(_overwrite)
            ? Gallery.Replace(path, header, resume: parse.GetValue(_resume))
            : throw CliException.Usage($"'{path}' is there already; --resume goes on with it, --overwrite replaces it, `index add` adds to it.");
    }
}
