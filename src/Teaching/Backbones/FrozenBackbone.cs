using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Backbones;

/// <summary>
/// The network below a head: it turns images into features, and writes itself and a head as one model. Immutable and safe to
/// share between threads.
/// </summary>
internal abstract class FrozenBackbone : IDisposable
{
    /// <summary>Name of the output with the probabilities.</summary>
    protected const string Output = "scores";

    /// <summary>The model that was loaded.</summary>
    public required ModelFile File { get; init; }

    /// <summary>How images become its input.</summary>
    public required Preprocess Preprocess { get; init; }

    /// <summary>Computes the features.</summary>
    public required FeatureModel Features { get; init; }

    /// <summary>Tells the weights of this backbone from others, whatever file holds them.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The features by name, as messages and cache keys show them.</summary>
    public abstract string FeatureNames { get; }

    /// <summary>Extension of the files that <see cref="Write"/> writes.</summary>
    public abstract string Extension { get; }

    /// <summary>Loads a backbone.</summary>
    /// <param name="file">A PP-LCNet with any heads, or a finished graph with a vector as output.</param>
    /// <param name="options">Threads, preprocessing.</param>
    /// <param name="vectorOnly">Whether the features are the model's own vectors, as galleries hold them.</param>
    /// <exception cref="ModelFormatException">The model is no backbone for a head.</exception>
    public static FrozenBackbone Load(ModelFile file, ModelOptions options, bool vectorOnly)
    {
        var preprocess = options.Preprocess ?? file.Manifest.Preprocess
            ?? throw new ModelFormatException(file.Manifest.Name, "a manifest with preprocessing", "none");
        return file.IsWeights
            ? PPLCNetFrozen.Open(file, preprocess, options, vectorOnly)
            : OnnxFrozen.Open(file, preprocess, options);
    }

    /// <summary>Writes backbone and head as one file, with the manifest inside.</summary>
    public abstract void Write(Stream stream, LinearHead head, ModelManifest manifest);

    /// <inheritdoc/>
    public void Dispose() => Features.Dispose();

    /// <summary>The settings by which a classifier finds its outputs.</summary>
    protected static JsonElement OutputSettings(string noveltySuffix) => JsonOutput.Object(json =>
    {
        json.WriteString("logits", Output);
        json.WriteString("novelty", Output + noveltySuffix);
    });

    /// <summary>A hash of tensors.</summary>
    protected static string Hash(IEnumerable<KeyValuePair<string, WeightTensor>> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + tensor.ShapeText));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.Values));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
