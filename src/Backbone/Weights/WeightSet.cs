using System.Diagnostics.CodeAnalysis;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>The tensors of one weights file by name. Immutable and safe to share between threads.</summary>
public sealed class WeightSet
{
    private readonly Dictionary<string, WeightTensor> _tensors;

    /// <summary>A set of these tensors.</summary>
    /// <param name="source">File or model, for messages.</param>
    /// <param name="tensors">Names and tensors.</param>
    /// <exception cref="ModelFormatException">A name occurs twice.</exception>
    public WeightSet(string source, IEnumerable<KeyValuePair<string, WeightTensor>> tensors)
    {
        Source = source;
        _tensors = new(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
        {
            if (!_tensors.TryAdd(name, tensor))
            {
                throw new ModelFormatException(source, "every tensor once", $"'{name}' twice");
            }
        }
    }

    /// <summary>Reads <c>.safetensors</c>, Paddle's <c>.pdparams</c> or the constants of an <c>.onnx</c> file.</summary>
    /// <exception cref="ModelFormatException">The file is of another kind, or not a complete and consistent one.</exception>
    public static WeightSet Read(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".safetensors" => Safetensors.Read(path),
        ".pdparams" => PaddleParams.Read(path),
        ".onnx" => OnnxWeights.Read(path),
        var other => throw new ModelFormatException(path, "a file of weights: .safetensors, .pdparams or .onnx", $"'{other}'"),
    };

    /// <summary>Writes the tensors as <c>.safetensors</c>, in ordinal order of their names.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="half">Whether the values are stored as Float16 instead of Float32.</param>
    public void Write(Stream stream, bool half = false) =>
        Safetensors.Write(stream, this, half ? ElementType.Float16 : ElementType.Float32);

    /// <summary>File or model, for messages.</summary>
    public string Source { get; }

    /// <summary>Number of tensors.</summary>
    public int Count => _tensors.Count;

    /// <summary>Names and tensors in the order of the file.</summary>
    public IReadOnlyDictionary<string, WeightTensor> Tensors => _tensors;

    /// <summary>Finds a tensor by its full name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Whether some name lies below <paramref name="prefix"/> (given without its final dot).</summary>
    public bool HasPrefix(string prefix) =>
        _tensors.Keys.Any(k => k.StartsWith(prefix, StringComparison.Ordinal) && k.Length > prefix.Length && k[prefix.Length] == '.');

    /// <summary>The tensors of timm's <c>lcnet_*</c> under PaddleClas' names.</summary>
    /// <exception cref="ModelFormatException">Two tensors get one name.</exception>
    public WeightSet FromTimm() => TimmNames.ToPaddle(this);

    /// <summary>The same tensors under other names; a null name leaves a tensor out.</summary>
    /// <exception cref="ModelFormatException">Two tensors get one name.</exception>
    public WeightSet Rename(Func<string, string?> rename) => new(
        Source,
        from pair in _tensors
        let name = rename(pair.Key)
        where name is not null
        select KeyValuePair.Create(name, pair.Value));
}
