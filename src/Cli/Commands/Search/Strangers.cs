using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>Vectors of images that show what is not in the gallery. Those that cannot be read are told and left out.</summary>
internal static class Strangers
{
    /// <summary>Embeds the images of a folder.</summary>
    /// <exception cref="CliException">None of them could be read.</exception>
    public static IReadOnlyList<ReadOnlyMemory<float>> Embed(string folder, Embedder embedder)
    {
        var vectors = new List<ReadOnlyMemory<float>>();
        foreach (var input in new InputList([folder], Shard.Whole).Items())
        {
            Interrupt.Abort.ThrowIfCancellationRequested();
            try
            {
                vectors.Add(embedder.Embed(input.Path, null, Interrupt.Abort));
            }
            catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
            {
                Terminal.Warn($"{input.Path}: {e.Message}");
            }
        }

        return vectors.Count > 0 ? vectors : throw CliException.Usage($"'{folder}': expected images of strangers, found none that can be read.");
    }
}
