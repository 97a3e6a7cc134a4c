using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Tests.Differential.Readers;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Vectors;

/// <summary>
/// Graph files that were damaged and given right checksums, opened and searched in a child process: the graph lies in native code,
/// and what goes wrong there ends the process.
/// </summary>
public sealed class GraphFileProperties : IDisposable
{
    private const string Name = "graph-file", FromVariable = "PPLCNET_FUZZ_GRAPHS_FROM", CountVariable = "PPLCNET_FUZZ_GRAPHS";
    private const int Batch = 200, Dimensions = 8;
    private const int HeadBytes = 64, SlotCountAt = 40, GraphBytesAt = 48, ChecksumAt = 60;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(120);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Damaged_graphs_never_end_the_process()
    {
        // Batches of cases share a child; the seed in a failure is the child's own.
        Property.SkipUnlessChosen(Name);
        var time = TimeSpan.FromSeconds(FuzzSettings.Each ?? (FuzzSettings.Seconds * PropertyList.ShareOf(Name)));
        var start = Stopwatch.GetTimestamp();
        var from = FuzzSettings.Seed;
        do
        {
            using var child = ChildProcess.Start(
                $"*.{nameof(GraphFileProperties)}.{nameof(Open_harmed_graphs)}",
                (FromVariable, from.ToString(CultureInfo.InvariantCulture)),
                (CountVariable, time == TimeSpan.Zero ? "1" : Batch.ToString(CultureInfo.InvariantCulture)));
            var output = child.StandardOutput.ReadToEndAsync();
            var seeds = child.StandardError.ReadToEndAsync();
            if (!child.WaitForExit(_longest))
            {
                child.Kill();
            }

            var last = seeds.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(l =>
                l.StartsWith("seed ", StringComparison.Ordinal));
            Assert.True(
                child.ExitCode == 0,
                $"{Name}: {last ?? "no seed"}: the process ended with {child.ExitCode}.\n"
                + $"Repeat with: scripts/fuzz.sh --only {Name} --seed {last?[5..] ?? "S"} --minutes 0\n{output.Result}");
            from += Batch;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Name}: seeds {FuzzSettings.Seed} to {from - 1}");
    }

    [Fact(Explicit = true)]
    public void Open_harmed_graphs()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FromVariable) is null, "A part of another test.");
        var from = long.Parse(Environment.GetEnvironmentVariable(FromVariable)!, CultureInfo.InvariantCulture);
        var count = int.Parse(Environment.GetEnvironmentVariable(CountVariable)!, CultureInfo.InvariantCulture);
        var path = _folder.File("g");
        using (var gallery = Gallery.Create(path, new GalleryHeader { Dimensions = Dimensions, Index = GalleryIndexKind.Hnsw },
            _options))
        {
            gallery.AddAsync(RandomVectors.Items(1, 60, Dimensions)).AsTask().Wait();
            gallery.RemoveAsync([3, 4, 5]).AsTask().Wait();
            gallery.SaveGraph();
        }

        var whole = File.ReadAllBytes(GraphFile.PathOf(path));
        var ends = HeadBytes + (sizeof(long) * (int)BitConverter.ToInt64(whole, SlotCountAt));
        var ids = MemoryMarshal.Cast<byte, long>(whole.AsSpan(HeadBytes..ends)).ToArray();
        for (var seed = from; seed < from + count; seed++)
        {
            Console.Error.WriteLine($"seed {seed}");
            var random = Property.RandomOf(Name, seed);
            var graph = Mutator.Damage(random, whole[ends..], []);
            var slots = ids.ToArray();
            if (random.Next(4) == 0)
            {
                slots[random.Next(slots.Length)] = random.Next(3) == 0 ? random.NextInt64() : random.Next(-1, 70);
            }

            WriteWithChecksum(GraphFile.PathOf(path), whole[..HeadBytes], slots, graph);
            try
            {
                using var gallery = Gallery.Open(path, _options with { ReadOnly = true });
                Assert.Equal(57, gallery.Count);
                foreach (var match in gallery.SearchAsync([RandomVectors.Unit(random, Dimensions)]).AsTask().Result[0])
                {
                    Assert.True(gallery.Contains(match.Id), $"seed {seed}: found {match.Id}, which is not there");
                }
            }
            catch (DataFormatException)
            {
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static readonly GalleryOptions _options = new() { Hnsw = new() { ScanUpTo = 0, BuildThreads = 1 } };

    /// <summary>The layout that <see cref="GraphFile"/> describes.</summary>
    private static void WriteWithChecksum(string path, byte[] head, long[] slots, byte[] graph)
    {
        BitConverter.TryWriteBytes(head.AsSpan(SlotCountAt), (long)slots.Length);
        BitConverter.TryWriteBytes(head.AsSpan(GraphBytesAt), (long)graph.Length);
        var ids = MemoryMarshal.AsBytes<long>(slots).ToArray();
        BitConverter.TryWriteBytes(
            head.AsSpan(ChecksumAt), Crc32C.Append(Crc32C.Append(Crc32C.Of(head.AsSpan(..ChecksumAt)), ids), graph));
        File.WriteAllBytes(path, [.. head, .. ids, .. graph]);
    }
}
