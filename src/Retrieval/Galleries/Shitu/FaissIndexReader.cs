using System.Text;
using PPLCNet.Vision.Retrieval.Indexes;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>Vectors, their ids and the metric of a faiss index.</summary>
/// <param name="Dimensions">Values in a vector.</param>
/// <param name="Metric">Inner product or L2.</param>
/// <param name="Vectors">In the order of the file.</param>
/// <param name="Ids">One for each vector.</param>
internal sealed record FaissIndex(int Dimensions, VectorMetric Metric, float[][] Vectors, long[] Ids);

/// <summary>
/// Reads what PP-ShiTu writes with faiss (index_write.cpp): flat, HNSW over flat, and IVF over flat, with or without an id
/// map. Graphs and cells are skipped: only vectors and ids are taken. Little-endian.
/// </summary>
internal sealed class FaissIndexReader : IDisposable
{
    private const int MaxDimension = 1 << 20;
    private readonly BinaryReader _reader;
    private readonly string _name;
    private int _dimension;
    private VectorMetric _metric;

    private FaissIndexReader(Stream stream, string name)
    {
        _reader = new BinaryReader(stream, Encoding.ASCII, leaveOpen: true);
        _name = name;
    }

    /// <summary>Reads a whole index.</summary>
    /// <exception cref="DataFormatException">The file is not a faiss index, has no float vectors, is truncated, or its
    /// lengths do not match.</exception>
    public static FaissIndex Read(Stream stream, string name)
    {
        using var reader = new FaissIndexReader(stream, name);
        try
        {
            var (vectors, ids) = reader.ReadIndex(0);
            return new FaissIndex(reader._dimension, reader._metric, vectors, ids ?? [.. Enumerable.Range(0, vectors.Length).Select(i => (long)i)]);
        }
        catch (EndOfStreamException e)
        {
            throw new DataFormatException($"'{name}': the file ends within the index; it is truncated.", e);
        }
    }

    /// <summary>Leaves the stream open.</summary>
    public void Dispose() => _reader.Dispose();

    private (float[][] Vectors, long[]? Ids) ReadIndex(int depth)
    {
        var kind = Encoding.ASCII.GetString(_reader.ReadBytes(4));
        if (depth > 4)
        {
            throw Bad("an index", "indexes within indexes without end");
        }

        return kind switch
        {
            "IxMp" or "IxM2" => ReadMapped(depth),
            "IxFI" or "IxF2" or "IxFl" => (ReadFlat(), null),
            "IHNf" => ReadHnsw(depth),
            "IwFl" => ReadInverted(depth),
            "IBxF" or "IBHf" or "IBMp" or "IBM2" => throw Bad("float vectors", $"'{kind}', an index of binary codes"),
            _ => throw Bad("a flat, HNSW or IVF index with or without an id map", $"'{kind.Replace('\0', '.')}'"),
        };
    }

    private (float[][] Vectors, long[]? Ids) ReadMapped(int depth)
    {
        ReadHeader();
        var (vectors, inner) = ReadIndex(depth + 1);
        var ids = ReadArray(8, _reader.ReadInt64);
        if (ids.Length != vectors.Length)
        {
            throw Bad($"{vectors.Length} ids", $"{ids.Length}");
        }

        // The map goes from the number that a vector got when it was added, which is its position in a flat index but not in
        // an inverted one: that keeps its vectors by cell, each with its number.
        return (vectors, inner is null ? ids : [.. inner.Select(i => i >= 0 && i < ids.Length ? ids[i] : throw Bad($"numbers below {ids.Length}", $"{i}"))]);
    }

    private float[][] ReadFlat()
    {
        var count = ReadHeader();
        var values = _reader.ReadUInt64();
        if (values != (ulong)count * (ulong)_dimension)
        {
            throw Bad($"{count} vectors of {_dimension} values", $"{values} values");
        }

        CheckLeft(values, sizeof(float));
        var vectors = new float[count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = ReadVector();
        }

        return vectors;
    }

    private (float[][] Vectors, long[]? Ids) ReadHnsw(int depth)
    {
        ReadHeader();
        Skip(sizeof(double)); // level probabilities
        Skip(sizeof(int)); // cumulative neighbors per level
        Skip(sizeof(int)); // levels
        Skip(sizeof(ulong)); // offsets
        Skip(sizeof(int)); // neighbors
        SkipBytes(5 * sizeof(int)); // entry point, highest level, efConstruction, efSearch, a constant
        return ReadIndex(depth + 1);
    }

    private (float[][] Vectors, long[]? Ids) ReadInverted(int depth)
    {
        ReadHeader();
        _reader.ReadUInt64(); // cells
        _reader.ReadUInt64(); // cells to visit
        var (dimension, metric) = (_dimension, _metric);
        ReadIndex(depth + 1); // centers
        (_dimension, _metric) = (dimension, metric);
        var hasTable = _reader.ReadByte() == 2;
        Skip(sizeof(long)); // direct map
        if (hasTable)
        {
            Skip(2 * sizeof(long));
        }

        return ReadLists();
    }

    private (float[][] Vectors, long[]? Ids) ReadLists()
    {
        var kind = Encoding.ASCII.GetString(_reader.ReadBytes(4));
        if (kind != "ilar")
        {
            throw Bad("inverted lists in the file ('ilar')", $"'{kind.Replace('\0', '.')}'");
        }

        var lists = _reader.ReadUInt64();
        var codeBytes = _reader.ReadUInt64();
        if (codeBytes != (ulong)_dimension * sizeof(float) || lists > int.MaxValue)
        {
            throw Bad($"codes of {_dimension} floats", $"codes of {codeBytes} bytes in {lists} lists");
        }

        var sizes = ReadSizes((int)lists);
        var vectors = new List<float[]>();
        var ids = new List<long>();
        foreach (var size in sizes)
        {
            CheckLeft(size, _dimension * sizeof(float));
            for (var i = 0ul; i < size; i++)
            {
                vectors.Add(ReadVector());
            }

            for (var i = 0ul; i < size; i++)
            {
                ids.Add(_reader.ReadInt64());
            }
        }

        return ([.. vectors], [.. ids]);
    }

    private ulong[] ReadSizes(int lists)
    {
        var form = Encoding.ASCII.GetString(_reader.ReadBytes(4));
        var values = ReadArray(8, _reader.ReadUInt64);
        switch (form)
        {
            case "full":
                return values.Length == lists ? values : throw Bad($"sizes of {lists} lists", $"{values.Length}");
            case "sprs":
                // Pairs of list and size; the lists are in order, and only sizes matter here.
                return [.. values.Where((_, i) => i % 2 == 1)];
            default:
                throw Bad("sizes of lists ('full' or 'sprs')", $"'{form.Replace('\0', '.')}'");
        }
    }

    /// <summary>Dimensions, count and metric; the rest of the header says nothing that we need.</summary>
    private int ReadHeader()
    {
        _dimension = _reader.ReadInt32();
        var count = _reader.ReadInt64();
        SkipBytes(2 * sizeof(long) + 1);
        var metric = _reader.ReadInt32();
        _metric = metric switch
        {
            0 => VectorMetric.InnerProduct,
            1 => VectorMetric.L2,
            _ => throw Bad("the metric inner product (0) or L2 (1)", $"metric {metric}"),
        };
        if (_dimension is < 1 or > MaxDimension || count is < 0 or > int.MaxValue)
        {
            throw Bad("a dimension and a count", $"{count} vectors of {_dimension} values");
        }

        return (int)count;
    }

    private float[] ReadVector()
    {
        var vector = new float[_dimension];
        _reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()));
        return vector;
    }

    private T[] ReadArray<T>(int bytes, Func<T> read)
    {
        var count = _reader.ReadUInt64();
        CheckLeft(count, bytes);
        var values = new T[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read();
        }

        return values;
    }

    private void Skip(int itemBytes)
    {
        var count = _reader.ReadUInt64();
        CheckLeft(count, itemBytes);
        SkipBytes((long)count * itemBytes);
    }

    private void SkipBytes(long bytes)
    {
        CheckLeft((ulong)bytes, 1);
        _reader.BaseStream.Seek(bytes, SeekOrigin.Current);
    }

    // Before memory is taken: a corrupt length must not ask for terabytes.
    private void CheckLeft(ulong count, int bytes)
    {
        var left = _reader.BaseStream.Length - _reader.BaseStream.Position;
        if (count > (ulong)left / (ulong)bytes)
        {
            throw Bad($"{count} entries of {bytes} bytes", $"{left} bytes; the file is truncated or corrupt");
        }
    }

    private DataFormatException Bad(string expected, string found) => new($"'{_name}': expected {expected}, found {found}.");
}
