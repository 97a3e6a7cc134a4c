using System.Buffers.Binary;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// Reads and writes <c>.safetensors</c>: eight bytes of header length, a JSON header, then the tensors without gaps. A reader
/// trusts nothing: lengths, types, shapes and offsets are checked before a tensor is touched.
/// </summary>
internal static class Safetensors
{
    private const int MaxHeaderBytes = 100_000_000;

    private static readonly Dictionary<string, ElementType> _types = new()
    {
        ["F32"] = ElementType.Float32,
        ["F16"] = ElementType.Float16,
        ["BF16"] = ElementType.BFloat16,
        ["F64"] = ElementType.Float64,
        ["I32"] = ElementType.Int32,
        ["I64"] = ElementType.Int64,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">The file is not a complete and consistent safetensors file.</exception>
    public static WeightSet Read(string path) => Read(ForeignData.ReadModel(path, "a safetensors file", () => InputFile.ReadAllBytes(path)), path);

    /// <summary>Reads a file that is already in memory.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="source">Name for messages.</param>
    /// <exception cref="ModelFormatException">The bytes are not a complete and consistent safetensors file.</exception>
    public static WeightSet Read(ReadOnlyMemory<byte> file, string source) =>
        ForeignData.ReadModel(source, "a safetensors file", () => ReadTensors(file, source));

    private static WeightSet ReadTensors(ReadOnlyMemory<byte> file, string source)
    {
        if (file.Length < 8)
        {
            throw new ModelFormatException(source, "a safetensors header", $"{file.Length} bytes");
        }

        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerBytes > MaxHeaderBytes || headerBytes > (ulong)(file.Length - 8))
        {
            throw new ModelFormatException(source, $"a header inside the file of {file.Length} bytes", $"a header of {headerBytes} bytes");
        }

        var data = file[(8 + (int)headerBytes)..];
        using var header = ParseHeader(file.Slice(8, (int)headerBytes), source);
        var entries = header.RootElement.EnumerateObject()
            .Where(p => p.Name != "__metadata__")
            .Select(p => SafetensorsEntry.Parse(p, _types, source))
            .OrderBy(e => e.Begin).ThenBy(e => e.End)
            .ToList();

        long at = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != at)
            {
                throw new ModelFormatException(source, $"'{entry.Name}' at offset {at}, without gap or overlap", $"offset {entry.Begin}");
            }

            at = entry.End;
        }

        if (at != data.Length)
        {
            throw new ModelFormatException(source, $"{at} bytes of tensors", $"{data.Length} bytes");
        }

        return new WeightSet(source, entries.Select(e => KeyValuePair.Create(
            e.Name,
            new WeightTensor(e.Shape, e.Type.ToFloats(data.Span[(int)e.Begin..(int)e.End])))));
    }

    /// <summary>Writes tensors, in ordinal order of their names.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="weights">The tensors.</param>
    /// <param name="storage">Float32, Float16 or BFloat16.</param>
    /// <param name="metadata">Free text pairs for the header.</param>
    public static void Write(
        Stream stream,
        WeightSet weights,
        ElementType storage = ElementType.Float32,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var type = _types.First(t => t.Value == storage).Key;
        var tensors = weights.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = WriteHeader(tensors, type, storage.Size(), metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in tensors)
        {
            stream.Write(storage.ToBytes(tensor.Values));
        }
    }

    private static byte[] WriteHeader(
        List<KeyValuePair<string, WeightTensor>> tensors,
        string type,
        int size,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long at = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                WriteNumbers(json, "shape", tensor.Shape.Select(d => (long)d));
                var end = at + ((long)tensor.Values.Length * size);
                WriteNumbers(json, "data_offsets", [at, end]);
                json.WriteEndObject();
                at = end;
            }

            json.WriteEndObject();
        }

        // The tensors start at a multiple of eight bytes, as readers that map the file into memory like it.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static JsonDocument ParseHeader(ReadOnlyMemory<byte> bytes, string source)
    {
        try
        {
            var header = JsonDocument.Parse(bytes);
            return header.RootElement.ValueKind == JsonValueKind.Object
                ? header
                : throw new ModelFormatException(source, "a JSON object as header", $"{header.RootElement.ValueKind}");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(source, "a JSON header", e.Message, e);
        }
    }
}
