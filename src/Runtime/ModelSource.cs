using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>
/// A model from any source: a name in the catalog, the path of a file, a stream, bytes, or a <see cref="ModelFile"/>. Every
/// <c>Load</c> takes one; <c>default</c> stands for the predictor's default model.
/// </summary>
public readonly struct ModelSource
{
    private readonly object? _value;

    private ModelSource(object value) => _value = value;

    /// <summary>
    /// A name of the catalog, or the path of a file with a manifest beside it, in its ONNX metadata or in the catalog.
    /// </summary>
    public static ModelSource FromName(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        return new ModelSource(nameOrPath);
    }

    /// <summary>A model in a stream, which is read to its end and stays open.</summary>
    public static ModelSource FromStream(Stream model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelSource(model);
    }

    /// <summary>The bytes of an ONNX file, or of weights where the manifest in the options names a network in code.</summary>
    public static ModelSource FromBytes(ReadOnlyMemory<byte> model) => new(model);

    /// <summary>A model that was found.</summary>
    public static ModelSource FromFile(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new ModelSource(file);
    }

    /// <inheritdoc cref="FromName"/>
    public static implicit operator ModelSource(string nameOrPath) => FromName(nameOrPath);

    /// <inheritdoc cref="FromStream"/>
    public static implicit operator ModelSource(Stream model) => FromStream(model);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ModelSource(byte[] model) => FromBytes(model);

    /// <inheritdoc cref="FromBytes"/>
    public static implicit operator ModelSource(ReadOnlyMemory<byte> model) => FromBytes(model);

    /// <inheritdoc cref="FromFile"/>
    public static implicit operator ModelSource(ModelFile file) => FromFile(file);

    /// <summary>Finds the model.</summary>
    /// <param name="defaultModel">What <c>default</c> stands for.</param>
    /// <param name="options">Catalog and manifest.</param>
    /// <param name="task">Which entry of the catalog to prefer where several have one file name.</param>
    /// <exception cref="ModelNotFoundException">No model has this name, or its file was not found.</exception>
    /// <exception cref="ModelFormatException">There is no manifest, or it cannot be read.</exception>
    public ModelFile Find(string defaultModel, ModelOptions options, string? task = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _value switch
        {
            ModelFile file => options.Manifest is { } manifest ? file with { Manifest = manifest } : file,
            Stream stream => ModelFile.FromStream(stream, options.Manifest),
            ReadOnlyMemory<byte> bytes => ModelFile.FromBytes(bytes, options.Manifest),
            string path when options.Manifest is { } manifest => new ModelFile(manifest, path),
            var name => options.Catalog.Find((string?)name ?? defaultModel, task),
        };
    }
}
