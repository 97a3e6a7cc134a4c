using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Embed;

/// <summary>Loads the embedder that <c>--model</c>, <c>--output</c> and <c>--size</c> describe.</summary>
internal static class EmbedderLoader
{
    /// <summary>Loads it.</summary>
    public static Embedder Load(string model, string? output, StretchRule? size, RuntimeOptions runtime)
    {
        var file = ModelCatalog.Default.Find(model, "embedding");
        return Embedder.Load(file, new EmbedderOptions
        {
            Output = output,
            Preprocess = size is not null && file.Manifest.Preprocess is { } own ? own with { Size = size } : null,
            Runtime = runtime,
        });
    }
}
