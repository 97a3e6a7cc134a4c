using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Retrieval.Galleries;

/// <summary>What tells whether two sets of vectors compare: the bytes of the model that made them and how it was fed.</summary>
internal static class ModelFingerprint
{
    /// <summary>A short hash of the file and its preprocessing; <see cref="Gallery.RequireModel"/> compares it.</summary>
    /// <param name="file">The model.</param>
    /// <param name="preprocessing">What replaces the manifest's preprocessing; null where nothing does.</param>
    public static string Of(ModelFile file, Preprocess? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var preprocess = new ModelManifest { Name = "", Task = "", Preprocess = preprocessing ?? file.Manifest.Preprocess };
        var text = Convert.ToHexStringLower(SHA256.HashData(file.ReadAllBytes())) + JsonSerializer.Serialize(preprocess, ModelJson.Default.ModelManifest);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
