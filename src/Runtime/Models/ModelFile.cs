using System.Security.Cryptography;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>A model that was found: its manifest and where its bytes are.</summary>
/// <param name="Manifest">How to use it.</param>
/// <param name="Path">The file; empty for a model that only joins parts, or that came from memory.</param>
public sealed record ModelFile(ModelManifest Manifest, string Path)
{
    private readonly ReadOnlyMemory<byte> _data;

    /// <summary>
    /// Whether <see cref="ReadAllBytes"/> compares size and SHA-256 with the manifest's, where it knows them.
    /// Off for a file that was named by its path and only shares a file name with the catalog.
    /// </summary>
    public bool VerifiesHash { get; init; } = true;

    /// <summary>Folders that are searched for the label file after the model's own.</summary>
    public IReadOnlyList<string> LabelFolders { get; init; } = ModelCatalog.Default.Folders;

    /// <summary>Whether the file holds only weights, for a network in code.</summary>
    public bool IsWeights => Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
        || (Path.Length == 0 && Manifest.Network is not null);

    /// <summary>A model in memory.</summary>
    /// <param name="data">An ONNX file, or weights where <paramref name="manifest"/> names a network in code.</param>
    /// <param name="manifest">How to use it; null reads the manifest in the file's own metadata.</param>
    /// <exception cref="ModelFormatException">No manifest was given and the metadata has none.</exception>
    public static ModelFile FromBytes(ReadOnlyMemory<byte> data, ModelManifest? manifest = null) =>
        new(manifest ?? OnnxFile.ReadManifest(data.Span, "model") ?? WeightsFile.ReadManifest(data)
            ?? throw new ModelFormatException("model", $"a manifest in the metadata '{OnnxFile.ManifestKey}', or one beside the bytes", "neither"), "", data);

    /// <summary>A model from a stream, read to its end.</summary>
    /// <inheritdoc cref="FromBytes"/>
    public static ModelFile FromStream(Stream stream, ModelManifest? manifest = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return FromBytes(memory.GetBuffer().AsMemory(0, (int)memory.Length), manifest);
    }

    /// <summary>Reads the file whole.</summary>
    /// <exception cref="ModelFormatException">The file does not exist, or is not the one that the manifest describes.</exception>
    public byte[] ReadAllBytes()
    {
        if (Path.Length == 0 && _data.IsEmpty)
        {
            throw new ModelFormatException(Manifest.Name, "a model with a file of its own", $"one that joins {string.Join(", ", Manifest.Parts.Values)}");
        }

        var bytes = Path.Length > 0 ? ForeignData.ReadModel(Path, "a model", () => InputFile.ReadAllBytes(Path)) : _data.ToArray();
        if (VerifiesHash)
        {
            Verify(bytes);
        }

        return bytes;
    }

    /// <summary>
    /// Reads labels or dictionary keys: the manifest's list, else its label file. Lines are not trimmed: U+3000 is a key.
    /// </summary>
    /// <returns>The labels, or an empty list where the manifest has none (the ONNX metadata may).</returns>
    /// <exception cref="ModelFormatException">The label file is neither beside the model nor in a folder of the
    /// catalog.</exception>
    public IReadOnlyList<string> ReadLabels()
    {
        if (Manifest.Labels.Count > 0 || Manifest.LabelFile.Length == 0)
        {
            return Manifest.Labels;
        }

        var folders = LabelFolders.Prepend(System.IO.Path.GetDirectoryName(Path) ?? ".");
        var path = folders.Select(f => System.IO.Path.Combine(f, Manifest.LabelFile)).FirstOrDefault(File.Exists)
            ?? throw new ModelFormatException(Manifest.Name, $"the label file '{Manifest.LabelFile}' beside the model", "no such file");
        return ForeignData.ReadModel(path, "labels, one per line", () => Utf8File.ReadLines(path).ToList());
    }

    private ModelFile(ModelManifest manifest, string path, ReadOnlyMemory<byte> data)
        : this(manifest, path) => _data = data;

    private void Verify(byte[] bytes)
    {
        var subject = Path.Length > 0 ? Path : Manifest.Name;
        if (Manifest.Bytes > 0 && bytes.Length != Manifest.Bytes)
        {
            throw new ModelFormatException(subject, $"{Manifest.Bytes} bytes as the manifest says", $"{bytes.Length}");
        }

        if (Manifest.Sha256.Length > 0 && Convert.ToHexStringLower(SHA256.HashData(bytes)) is var hash && hash != Manifest.Sha256)
        {
            throw new ModelFormatException(subject, $"SHA-256 {Manifest.Sha256} as the manifest says", hash);
        }
    }
}
