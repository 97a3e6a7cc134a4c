using System.Diagnostics;
using System.Globalization;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

/// <summary>Writers that die at any moment.</summary>
public sealed class KillTests : IDisposable
{
    private const string PathVariable = "PPLCNET_KILL_TEST_GALLERY";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Two hundred writers whose disk stops after a random number of bytes, each going on where the one before died. What is
    /// unflushed when it stops is on the disk as far as it got, or in random sectors. Everything acknowledged must be there,
    /// and nothing that was never written.
    /// </summary>
    [Fact]
    public void Two_hundred_kills_at_random_bytes_lose_nothing_acknowledged()
    {
        var random = new Random(2026);
        var disk = new MemoryStream();
        GalleryLog.Create(disk, "g", new GalleryHeader { Dimensions = 6 });
        var bytes = disk.ToArray();
        var acknowledged = new Dictionary<long, string>();
        int kills = 0, unfinishedThatStayed = 0;
        for (var round = 0; round < 200; round++)
        {
            var stream = new DyingStream(bytes, random.Next(0, 6000), random);
            var replay = new Replay();
            Dictionary<long, string>? attempted = null;
            try
            {
                using var log = GalleryLog.Open(stream, "g", isWriter: true, replay);
                unfinishedThatStayed += Expect(acknowledged, null, replay.Labels, round);
                while (true)
                {
                    attempted = new Dictionary<long, string>(acknowledged);
                    Mutate(log, random, attempted);
                    acknowledged = attempted;
                    attempted = null;
                }
            }
            catch (DyingStream.KilledException)
            {
                kills++;
            }

            bytes = stream.Survivors();
            var after = new Replay();
            using (GalleryLog.Open(new MemoryStream(bytes), "g", isWriter: false, after))
            {
                unfinishedThatStayed += Expect(acknowledged, attempted, after.Labels, round);
            }

            acknowledged = after.Labels;
        }

        Assert.Equal(200, kills);
        TestContext.Current.SendDiagnosticMessage($"200 kills; {unfinishedThatStayed} unacknowledged writes had reached the disk whole and stayed");
    }

    /// <summary>The same with whole processes and SIGKILL; PPLCNET_KILLS sets how many.</summary>
    [Fact]
    public async Task Killed_processes_lose_nothing_acknowledged()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("PPLCNET_KILLS") ?? "3", CultureInfo.InvariantCulture);
        var path = _folder.File("g");
        Gallery.Create(path, new GalleryHeader { Dimensions = 6 }).Dispose();
        var random = new Random(5);
        var last = -1L;
        for (var kill = 0; kill < kills; kill++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"*.{nameof(KillTests)}.{nameof(Write_until_killed)}", "-explicit", "only", "-noLogo"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { [PathVariable] = path },
            };
            using var process = Process.Start(start)!;
            var stop = Stopwatch.StartNew();
            var after = TimeSpan.FromMilliseconds(random.Next(1, 150));
            var seen = 0;
            while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("ack ", StringComparison.Ordinal))
                {
                    last = long.Parse(line[4..], CultureInfo.InvariantCulture);
                    stop = seen++ == 0 ? Stopwatch.StartNew() : stop;
                    if (stop.Elapsed > after)
                    {
                        process.Kill();
                    }
                }
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(seen > 0, $"the writer wrote nothing: {await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)}");
            using var gallery = Gallery.Open(path);
            Assert.InRange(gallery.NextId() - 1, last, last + 1);
            Assert.Equal(gallery.NextId(), gallery.Count);
        }
    }

    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable);
        Assert.SkipWhen(path is null, "A part of another test.");
        using var gallery = Gallery.Open(path!);
        for (var id = gallery.NextId(); ; id++)
        {
            await gallery.AddAsync([new GalleryItem(id, $"item {id}", new float[] { 1, id, 0, 0, 0, 0 })], CancellationToken.None);
            await Console.Error.WriteLineAsync($"ack {id}");
        }
    }

    private static void Mutate(GalleryLog log, Random random, Dictionary<long, string> labels)
    {
        if (random.Next(4) == 0)
        {
            long[] ids = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.NextInt64(40)).Distinct()];
            Array.ForEach(ids, id => labels.Remove(id));
            log.Remove(ids);
            return;
        }

        GalleryItem[] items = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextInt64(40)).Distinct()
            .Select(id => new GalleryItem(id, $"{id}:{random.Next()}", RandomVectors.Vector(random, 6)))];
        Array.ForEach(items, i => labels[i.Id] = i.Label);
        log.Put(items);
    }

    /// <summary>What is there is what was acknowledged, or that with the whole of the one write that was under way.</summary>
    private static int Expect(Dictionary<long, string> acknowledged, Dictionary<long, string>? attempted, Dictionary<long, string> found, int round)
    {
        static string Text(Dictionary<long, string> labels) => string.Join('\n', labels.OrderBy(p => p.Key).Select(p => $"{p.Key} {p.Value}"));
        if (Text(found) == Text(acknowledged))
        {
            return 0;
        }

        Assert.True(attempted is not null && Text(found) == Text(attempted), $"round {round}: expected\n{Text(acknowledged)}\nfound\n{Text(found)}");
        return 1;
    }

    private sealed class Replay : ILogReader
    {
        public Dictionary<long, string> Labels { get; } = [];

        public void Begin(GalleryHeader header) => Assert.Equal(6, header.Dimensions);

        public void Put(ulong sequence, GalleryItem[] items) => Array.ForEach(items, i => Labels[i.Id] = i.Label);

        public void Remove(ulong sequence, long[] ids) => Array.ForEach(ids, id => Labels.Remove(id));
    }
}
