using System.CommandLine;
using System.Numerics.Tensors;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Evaluation.Retrieval;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Evaluation.Retrieval;

/// <summary>
/// Turns the flags of <c>eval retrieval</c> into vectors with labels: images through a model, or a matrix with a label list.
/// </summary>
internal sealed class RetrievalInput
{
    private readonly Option<string?> _gallery = new("--gallery") { Description = "Folder per label, or a list of path and label; also the queries (leave one out) unless --queries is given.", HelpName = "DIR|FILE" };
    private readonly Option<string?> _queries = new("--queries") { Description = "Queries of their own.", HelpName = "DIR|FILE" };
    private readonly Option<string?> _npy = new("--npy") { Description = "Gallery vectors [N, D] instead of images and a model; labels from --labels, or beside it as embed writes them.", HelpName = "FILE.npy" };
    private readonly Option<string?> _labels = new("--labels") { Description = "Labels of the rows of --npy: a list of path and label, or one label a line.", HelpName = "FILE" };
    private readonly Option<string?> _queryNpy = new("--queries-npy") { Description = "Query vectors; needs --queries-labels.", HelpName = "FILE.npy" };
    private readonly Option<string?> _queryLabels = new("--queries-labels") { Description = "Labels of the rows of --queries-npy.", HelpName = "FILE" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Take the vectors of --npy as they are instead of dividing them by their length." };
    private readonly Option<bool> _groups = new("--groups") { Description = "The lists' third field is a group (a camera): a query never meets its own label and group." };
    private readonly Option<StretchRule?> _size = SizeFlag.Create("--size", "Stretch images to this size instead of the manifest's rule.");
    private readonly Option<string?> _output = new("--output") { Description = "The graph's output to take, where it has several.", HelpName = "NAME" };
    private readonly RuntimeFlags _runtime;

    /// <summary>Adds the flags.</summary>
    public RetrievalInput(Command command)
    {
        foreach (var option in (Option[])[_gallery, _queries, _npy, _labels, _queryNpy, _queryLabels, _raw, _groups, _size, _output])
        {
            command.Options.Add(option);
        }

        _runtime = new RuntimeFlags(command, "pplcnet-x1.0-embed");
    }

    /// <summary>Gallery and queries; queries are null for leave one out.</summary>
    public (EvaluationSet Gallery, EvaluationSet? Queries) Read(ParseResult parse, EvalRun run)
    {
        var withGroups = parse.GetValue(_groups);
        if (parse.GetValue(_npy) is { } matrix)
        {
            var raw = parse.GetValue(_raw);
            return (Matrix(matrix, parse.GetValue(_labels), "--labels", withGroups, raw),
                parse.GetValue(_queryNpy) is { } queries ? Matrix(queries, parse.GetValue(_queryLabels), "--queries-labels", withGroups, raw) : null);
        }

        var gallery = parse.GetValue(_gallery) ?? throw CliException.Usage("eval retrieval needs --gallery, or --npy with --labels.");
        var file = ModelCatalog.Default.Find(_runtime.Model(parse), "embedding");
        using var embedder = Embedder.Load(file, new EmbedderOptions
        {
            Output = parse.GetValue(_output),
            Preprocess = parse.GetValue(_size) is { } size && file.Manifest.Preprocess is { } preprocess ? preprocess with { Size = size } : null,
            Runtime = _runtime.Runtime(parse),
        });
        var workers = _runtime.Workers(parse);
        return (Images(gallery, embedder, workers, withGroups, run), parse.GetValue(_queries) is { } path ? Images(path, embedder, workers, withGroups, run) : null);
    }

    private static EvaluationSet Images(string path, Embedder embedder, int workers, bool withGroups, EvalRun run)
    {
        var images = LabeledImages.Read(path);
        var vectors = new float[images.Count * embedder.Dimensions];
        var done = 0;

        // Every query meets the whole gallery, so a shard embeds everything and then takes its part of the queries.
        (run with { Shard = Shard.Whole }).ForEach(
            images,
            workers,
            (image, token) => embedder.Embed(image.Path, null, token).Vector,
            vector => vector.CopyTo(vectors, done++ * embedder.Dimensions));
        return new EvaluationSet(vectors, embedder.Dimensions, [.. images.Select(p => p.Label)], Groups(path, images, withGroups));
    }

    private static EvaluationSet Matrix(string path, string? labels, string flag, bool withGroups, bool raw)
    {
        labels ??= Path.ChangeExtension(path, ".txt") is var beside && File.Exists(beside) ? beside : throw CliException.Usage($"'{path}' needs {flag} FILE.");
        var (rows, columns, values) = NpyMatrix.Read(path);
        var list = LabeledImages.ReadLines(labels);
        if (list.Count != rows)
        {
            throw new DataFormatException($"'{labels}': expected {rows} labels for the rows of '{path}', found {list.Count}.");
        }

        if (!raw)
        {
            // As the index does with the same file, and PaddleClas by default: without it long vectors win, whatever their
            // direction.
            for (var row = 0; row < rows; row++)
            {
                var vector = values.AsSpan(row * columns, columns);
                if (!float.IsFinite(TensorPrimitives.SumOfSquares<float>(vector)))
                {
                    throw new DataFormatException($"'{path}', row {row}: expected finite values, whose squares are finite too, found others.");
                }

                UnitLength.Normalize(vector);
            }
        }

        return new EvaluationSet(values, columns, [.. list.Select(p => p.Label)], Groups(labels, list, withGroups));
    }

    private static string[]? Groups(string path, IReadOnlyList<LabeledImage> images, bool withGroups) => !withGroups ? null
        : [.. images.Select(p => p.Group ?? throw new DataFormatException($"'{path}': --groups expects a third field on each line, found none for '{p.Path}'."))];
}
