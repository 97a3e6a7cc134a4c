using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Embed;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet embed</c>: a vector for every image.</summary>
internal sealed class EmbedCommand() : ImageCommand<float[]>("embed", "Turn images into vectors of features.", "pplcnet-x1.0-embed")
{
    private readonly Option<string?> _npy = new("--npy")
    {
        Description = "Also write the vectors as a float32 matrix [N, D], and the path of each row into OUT.txt.",
        HelpName = "OUT.npy",
    };

    private readonly Option<string?> _output = new("--output") { Description = "The graph's output to take, where it has several.", HelpName = "NAME" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Leave the vectors as they are instead of dividing them by their length." };
    private readonly Option<StretchRule?> _size = SizeFlag.Create("--size", "Stretch images to this size instead of the manifest's rule.");

    /// <inheritdoc/>
    protected override bool CanDraw => false;

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        command.Options.Add(_npy);
        command.Options.Add(_output);
        command.Options.Add(_raw);
        command.Options.Add(_size);
    }

    /// <inheritdoc/>
    protected override ImageJob<float[]> Open(ParseResult parse, ImageRun run)
    {
        var file = ModelCatalog.Default.Find(run.Model, "embedding");
        var preprocess = file.Manifest.Preprocess;
        var loaded = Embedder.Load(file, new EmbedderOptions
        {
            Output = parse.GetValue(_output),
            Preprocess = parse.GetValue(_size) is { } size && preprocess is not null ? preprocess with { Size = size } : null,
            Runtime = run.Runtime,
        });
        using var owner = loaded;
        var embedder = loaded.With(new EmbeddingOptions { Normalize = !parse.GetValue(_raw) });
        return new EmbedJob(embedder, parse.GetValue(_npy) is { } path ? MatrixFiles.Create(path, embedder.Dimensions) : null);
    }
}
