using PPLCNet.Vision.Backbone.Weights.Pickle;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// Reads Paddle's <c>.pdparams</c>: a Python pickle of a dictionary of numpy arrays. Nothing of it is executed: only plain
/// data and numpy arrays are accepted, and a file that names any other Python object is refused.
/// </summary>
internal static class PaddleParams
{
    private const string NamesKey = "StructuredToParameterName@@";
    private const string SlicesKey = "UnpackBigParamInfor@@";

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">The file is truncated, or holds anything but named arrays.</exception>
    public static WeightSet Read(string path) => Read(ForeignData.ReadModel(path, "a pickled dictionary of arrays", () => InputFile.ReadAllBytes(path)), path);

    /// <summary>Reads a file that is already in memory.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelFormatException">The bytes are truncated, or hold anything but named arrays.</exception>
    public static WeightSet Read(ReadOnlyMemory<byte> file, string source) => Read(file, source, _ => true);

    /// <summary>Reads the tensors that are wanted; the numbers of others, such as large training heads, take no memory.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="isWanted">Told the name of each tensor.</param>
    /// <exception cref="ModelFormatException">The bytes are truncated, or hold anything but named arrays.</exception>
    internal static WeightSet Read(ReadOnlyMemory<byte> file, string source, Func<string, bool> isWanted) =>
        ForeignData.ReadModel(source, "a pickled dictionary of arrays", () => ReadTensors(file, source, isWanted));

    private static WeightSet ReadTensors(ReadOnlyMemory<byte> file, string source, Func<string, bool> isWanted)
    {
        if (PickleReader.Read(file, source) is not PickleDictionary root)
        {
            throw new ModelFormatException(source, "a dictionary of arrays", "another value");
        }

        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in root)
        {
            var name = key as string ?? throw new ModelFormatException(source, "text keys", $"the key {key}");
            if (name is not (NamesKey or SlicesKey) && isWanted(name))
            {
                tensors[name] = ToTensor(value) ?? throw new ModelFormatException(source, $"an array under '{name}'", $"{value?.GetType().Name ?? "None"}");
            }
        }

        if (root.TryGetValue(SlicesKey, out var slices))
        {
            Join(tensors, slices as PickleDictionary ?? throw new ModelFormatException(
                source, $"a dictionary under '{SlicesKey}'", "another value"), source, isWanted);
        }

        return new WeightSet(source, tensors);
    }

    /// <summary>An array, or Paddle's pair of a parameter's name and its array.</summary>
    private static WeightTensor? ToTensor(object? value) => value switch
    {
        PickleArray array => array.Tensor,
        PickleTuple { Items: [string, PickleArray array] } => array.Tensor,
        _ => null,
    };

    /// <summary>Very large arrays are stored in slices, to be joined end to end and shaped.</summary>
    private static void Join(
        Dictionary<string, WeightTensor> tensors, PickleDictionary slices, string source, Func<string, bool> isWanted)
    {
        foreach (var (key, value) in slices)
        {
            if (key is not string name)
            {
                throw new ModelFormatException(source, $"text keys under '{SlicesKey}'", $"the key {key}");
            }

            if (!isWanted(name))
            {
                continue;
            }

            if (value is not PickleDictionary info
                || info.GetValueOrDefault("OriginShape") is not PickleTuple shape
                || info.GetValueOrDefault("slices") is not List<object?> parts
                || !parts.All(p => p is string part && tensors.ContainsKey(part))
                || parts.Distinct().Count() != parts.Count // each is one piece of the whole; named twice it would only take memory
                || !shape.Items.All(d => d is long and >= 0 and <= int.MaxValue))
            {
                throw new ModelFormatException(source, $"shape and slices of '{name}'", "an incomplete entry");
            }

            var values = parts.SelectMany(p => tensors[(string)p!].Values).ToArray();
            try
            {
                tensors[name] = new WeightTensor([.. shape.Items.Select(d => (int)(long)d!)], values);
            }
            catch (ArgumentException e)
            {
                throw new ModelFormatException(source, $"slices of '{name}' that fill its shape", e.Message, e);
            }

            foreach (var part in parts)
            {
                tensors.Remove((string)part!);
            }
        }
    }
}
