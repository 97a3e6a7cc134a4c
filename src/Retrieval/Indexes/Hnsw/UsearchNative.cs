using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Retrieval.Indexes.Hnsw;

/// <summary>
/// The C functions of USearch that we use. The package's own C# class is not used: it takes arrays of any length unchecked,
/// copies where a pointer would do, grows its capacity unsafely under several writers, and does not offer filtered search.
/// </summary>
internal static unsafe partial class UsearchNative
{
    private const string Library = "libusearch_c";

    /// <summary>Kinds of metric.</summary>
    public const int InnerProduct = 2, L2Squared = 3;

    /// <summary>Scalar kind of the vectors that we pass.</summary>
    public const int Float32 = (int)Cloud.Unum.USearch.ScalarKind.Float32;

    [LibraryImport(Library, EntryPoint = "usearch_init")]
    public static partial nint Init(in Options options, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_free")]
    public static partial void Free(nint index, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_reserve")]
    public static partial void Reserve(nint index, nuint capacity, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_add")]
    public static partial void Add(nint index, ulong key, float* vector, int kind, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_search")]
    public static partial nuint Search(nint index, float* query, int kind, nuint count, ulong* keys, float* distances, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_filtered_search")]
    public static partial nuint FilteredSearch(
        nint index, float* query, int kind, nuint count, delegate* unmanaged[Cdecl]<ulong, nint, int> filter, nint state, ulong* keys, float* distances, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_memory_usage")]
    public static partial nuint MemoryUsage(nint index, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_size")]
    public static partial nuint Size(nint index, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_serialized_length")]
    public static partial nuint SerializedLength(nint index, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_save_buffer")]
    public static partial void SaveBuffer(nint index, byte* buffer, nuint length, out nint error);

    [LibraryImport(Library, EntryPoint = "usearch_load_buffer")]
    public static partial void LoadBuffer(nint index, byte* buffer, nuint length, out nint error);

    /// <summary>Throws what a call reported.</summary>
    public static void Check(nint error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"USearch: {Marshal.PtrToStringUTF8(error)}");
        }
    }

    /// <summary>What <c>usearch_init</c> takes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Options
    {
        public int MetricKind;
        public nint Metric;
        public int Quantization;
        public nuint Dimensions;
        public nuint Connectivity;
        public nuint ExpansionAdd;
        public nuint ExpansionSearch;
        public byte Multi;
    }
}
