using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cloud.Unum.USearch;
using PPLCNet.Vision.Retrieval.Galleries.Files;

namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>
/// A navigable small-world graph over slots 0, 1, 2, ... Slots are only ever added: what is removed is a tombstone that
/// searches pass through but do not return. Searches may run at once; adding is for one caller at a time (it uses threads of
/// its own), and not during searches.
/// </summary>
internal sealed unsafe class HnswGraph : IDisposable
{
    private const int LinkedAlone = 1000;

    private readonly nint _handle;
    private readonly int _stride;
    private readonly int _scalarBytes;
    private readonly HnswPrecision _precision;
    private readonly GraphLayout _layout;

    // USearch has working memory for as many searches as the machine has threads, and does not wait for a free one.
    private readonly SemaphoreSlim _free = new(Environment.ProcessorCount);
    private nuint _capacity;

    /// <summary>An empty graph for vectors of <paramref name="stride"/> floats.</summary>
    public HnswGraph(int stride, VectorMetric metric, HnswOptions options)
    {
        _stride = stride;
        _precision = options.Precision;
        _scalarBytes = options.Precision switch
        {
            HnswPrecision.BFloat16 or HnswPrecision.Float16 => 2,
            HnswPrecision.Int8 => 1,
            _ => 4,
        };
        _handle = UsearchNative.Init(
            new UsearchNative.Options
            {
                MetricKind = metric == VectorMetric.L2 ? UsearchNative.L2Squared : UsearchNative.InnerProduct,
                Quantization = (int)(options.Precision switch
                {
                    HnswPrecision.BFloat16 => ScalarKind.BFloat16,
                    HnswPrecision.Float16 => ScalarKind.Float16,
                    HnswPrecision.Int8 => ScalarKind.Int8,
                    _ => ScalarKind.Float32,
                }),
                Dimensions = (nuint)stride,
                Connectivity = (nuint)options.Connectivity,
                ExpansionAdd = (nuint)options.BuildBreadth,
                ExpansionSearch = 1, // the number of results asked for is the breadth
            },
            out var error);
        UsearchNative.Check(error);
        using var empty = Save();
        _layout = new GraphLayout(empty);
    }

    /// <summary>The vector that a slot was given; empty for a tombstone.</summary>
    public delegate ReadOnlySpan<float> OriginalOf(int slot);

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            var bytes = UsearchNative.MemoryUsage(_handle, out var error);
            UsearchNative.Check(error);
            return (long)bytes;
        }
    }

    /// <summary>Slots.</summary>
    public int Count
    {
        get
        {
            var count = UsearchNative.Size(_handle, out var error);
            UsearchNative.Check(error);
            return (int)count;
        }
    }

    /// <summary>A vector for a slot; must give a reference to <c>stride</c> floats that stays valid during the call.</summary>
    public delegate ref float VectorOf(int slot);

    /// <summary>Adds slots <paramref name="from"/> to <paramref name="to"/>.</summary>
    public void Add(int from, int to, VectorOf vectorOf, int threads)
    {
        Reserve((nuint)to);
        void One(int slot)
        {
            ref var vector = ref vectorOf(slot);
            fixed (float* pinned = &vector)
            {
                UsearchNative.Add(_handle, (ulong)slot, pinned, UsearchNative.Float32, out var error);
                UsearchNative.Check(error);
            }
        }

        // Threads that link nodes of a nearly empty graph do not see each other's: the graph falls apart.
        var alone = threads == 1 ? to : Math.Clamp(LinkedAlone, from, to);
        for (var slot = from; slot < alone; slot++)
        {
            One(slot);
        }

        if (alone < to)
        {
            var degree = Math.Min(threads, Environment.ProcessorCount);
            Parallel.For(alone, to, new ParallelOptions { MaxDegreeOfParallelism = degree }, One);
        }
    }

    /// <summary>The slots nearest to a query of <c>stride</c> floats, as far as the graph leads to them.</summary>
    /// <param name="query">Padded to the stride.</param>
    /// <param name="slots">Takes the slots found; its length is the breadth of the search.</param>
    /// <param name="accepts">Which slots may be found; null for all.</param>
    /// <returns>How many were found.</returns>
    public int Search(ReadOnlySpan<float> query, Span<ulong> slots, Func<int, bool>? accepts)
    {
        if (query.Length < _stride)
        {
            throw new ArgumentException($"Expected a query of {_stride} floats, found {query.Length}.", nameof(query));
        }

        var distances = new float[slots.Length];
        _free.Wait();
        try
        {
            fixed (float* q = query, d = distances)
            fixed (ulong* s = slots)
            {
                if (accepts is null)
                {
                    var all = UsearchNative.Search(_handle, q, UsearchNative.Float32, (nuint)slots.Length, s, d, out var error);
                    UsearchNative.Check(error);
                    return (int)all;
                }

                var guard = new Guard(accepts);
                var handle = GCHandle.Alloc(guard);
                try
                {
                    var some = UsearchNative.FilteredSearch(
                        _handle, q, UsearchNative.Float32, (nuint)slots.Length, &Accepts, GCHandle.ToIntPtr(handle), s, d, out var error);
                    guard.Rethrow();
                    UsearchNative.Check(error);
                    return (int)some;
                }
                finally
                {
                    handle.Free();
                }
            }
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>The graph as bytes that <see cref="TryLoad"/> reads; the caller owns them.</summary>
    public NativeBuffer Save()
    {
        var length = UsearchNative.SerializedLength(_handle, out var error);
        UsearchNative.Check(error);
        var bytes = new NativeBuffer(checked((long)length));
        UsearchNative.SaveBuffer(_handle, bytes.Pointer, length, out error);
        if (error != 0)
        {
            bytes.Dispose();
        }

        UsearchNative.Check(error);
        return bytes;
    }

    /// <summary>
    /// Takes over a saved graph into an empty one, where it has the same settings, its structure is sound, and it holds the
    /// vectors that it was made of.
    /// </summary>
    /// <param name="bytes">What <see cref="Save"/> made.</param>
    /// <param name="count">Slots that it must have.</param>
    /// <param name="originalOf">The vectors that it must hold.</param>
    /// <returns>What searches miss; null where it was not taken over, and the graph must be disposed of.</returns>
    public GraphReach? TryLoad(NativeBuffer bytes, int count, OriginalOf originalOf)
    {
        if (_layout.Fault(bytes, count, _stride * _scalarBytes, out var nodes) is not null || !Holds(nodes!, originalOf))
        {
            return null;
        }

        UsearchNative.LoadBuffer(_handle, bytes.Pointer, (nuint)bytes.Length, out var error);
        if (error != 0)
        {
            return null;
        }

        _capacity = (nuint)Count;
        Reserve(_capacity + 1);
        return GraphReach.Of(nodes!);
    }

    /// <summary>What searches of a graph miss.</summary>
    /// <param name="bytes">What <see cref="Save"/> made.</param>
    public GraphReach Reach(NativeBuffer bytes) => _layout.Fault(bytes, Count, _stride * _scalarBytes, out var nodes) is { } fault
        ? throw new InvalidOperationException($"USearch: expected a graph of known layout, found {fault}.")
        : GraphReach.Of(nodes!);

    /// <inheritdoc/>
    public void Dispose()
    {
        UsearchNative.Free(_handle, out _);
        _free.Dispose();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Accepts(ulong slot, nint state) => ((Guard)GCHandle.FromIntPtr(state).Target!).Accepts((int)slot) ? 1 : 0;

    private bool Holds(GraphNodes nodes, OriginalOf originalOf)
    {
        var row = new StoredRow(_stride, _precision);
        for (var node = 0; node < nodes.Count; node++)
        {
            if (!row.IsCopyOf(nodes.Row(node), originalOf(nodes.SlotOf(node))))
            {
                return false;
            }
        }

        return true;
    }

    private void Reserve(nuint count)
    {
        if (count > _capacity)
        {
            _capacity = Math.Max(count, Math.Max(1024, _capacity * 3 / 2));
            UsearchNative.Reserve(_handle, _capacity, out var error);
            UsearchNative.Check(error);
        }
    }

    /// <summary>Keeps an exception of the caller's filter from unwinding native code.</summary>
    private sealed class Guard(Func<int, bool> accepts)
    {
        private Exception? _exception;

        public bool Accepts(int slot)
        {
            try
            {
                return _exception is null && accepts(slot);
            }
            catch (Exception e)
            {
                _exception = e;
                return false;
            }
        }

        public void Rethrow()
        {
            if (_exception is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_exception);
            }
        }
    }
}
