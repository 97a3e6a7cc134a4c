using System.Globalization;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Vectors;

/// <summary>
/// A child process writes a random history and is killed at a random moment; what it acknowledged is there, and nothing else.
/// </summary>
public sealed class KillProperties : IDisposable
{
    private const string PathVariable = "PPLCNET_FUZZ_GALLERY", SeedVariable = "PPLCNET_FUZZ_HISTORY";
    private const int Ids = 30;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Acknowledged_writes_survive() => Property.Holds("gallery-killed", random =>
    {
        var path = _folder.File($"k{random.Next()}");
        var kind = (GalleryIndexKind)random.Next(3);
        Gallery.Create(path, new GalleryHeader { Dimensions = 4, Index = kind }).Dispose();
        var seed = random.Next();
        using var child = ChildProcess.Start(
            $"*.{nameof(KillProperties)}.{nameof(Write_until_killed)}",
            (PathVariable, path), (SeedVariable, seed.ToString(CultureInfo.InvariantCulture)));
        var (acknowledged, stopAt) = (0, random.Next(1, 120));
        while (child.StandardError.ReadLine() is { } line)
        {
            if (line.StartsWith("ack ", StringComparison.Ordinal))
            {
                acknowledged = int.Parse(line[4..], CultureInfo.InvariantCulture);
                if (acknowledged >= stopAt)
                {
                    Thread.Sleep(TimeSpan.FromMilliseconds(random.NextDouble() * 3));
                    child.Kill();
                    break;
                }
            }
        }

        // Lines that were under way when it died still count.
        foreach (var line in child.StandardError.ReadToEnd().Split('\n')
            .Where(l => l.StartsWith("ack ", StringComparison.Ordinal) && l.Length > 4))
        {
            acknowledged = int.Parse(line[4..], CultureInfo.InvariantCulture);
        }

        child.WaitForExit();
        Assert.True(acknowledged > 0, $"the writer wrote nothing: {child.StandardOutput.ReadToEnd()}");

        using var gallery = Gallery.Open(path);
        var found = Text(gallery.Items().ToDictionary(i => i.Id, i => i.Label));
        Assert.Contains(found, (string[])[Text(Replay(seed, acknowledged)), Text(Replay(seed, acknowledged + 1))]);
        File.Delete(path);
    });

    [Fact(Explicit = true)]
    public void Write_until_killed()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable);
        Assert.SkipWhen(path is null, "A part of another test.");
        using var gallery = Gallery.Open(path!);
        var writer = new Writer(int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!, CultureInfo.InvariantCulture));
        for (var step = 1; ; step++)
        {
            var (put, removed, compact) = writer.Next();
            if (compact)
            {
                gallery.Compact();
            }
            else if (put.Length > 0)
            {
                gallery.UpdateAsync(put).AsTask().GetAwaiter().GetResult();
            }
            else
            {
                gallery.RemoveAsync(removed).AsTask().GetAwaiter().GetResult();
            }

            Console.Error.WriteLine($"ack {step}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<long, string> Replay(int seed, int steps)
    {
        var (writer, state) = (new Writer(seed), new Dictionary<long, string>());
        for (; steps > 0; steps--)
        {
            var (put, removed, _) = writer.Next();
            Array.ForEach(put, i => state[i.Id] = i.Label);
            Array.ForEach(removed, id => state.Remove(id));
        }

        return state;
    }

    private static string Text(Dictionary<long, string> labels) =>
        string.Join('\n', labels.OrderBy(p => p.Key).Select(p => $"{p.Key} {p.Value}"));

    /// <summary>The same history from the same seed, in both processes.</summary>
    private sealed class Writer(int seed)
    {
        private readonly Random _random = new(seed);

        public (GalleryItem[] Put, long[] Removed, bool Compact) Next()
        {
            long[] ids = [.. Enumerable.Range(0, _random.Next(1, 9)).Select(_ => _random.NextInt64(Ids)).Distinct()];
            return _random.Next(12) switch
            {
                0 => ([], [], true),
                < 4 => ([], ids, false),
                _ => ([.. ids.Select(id => new GalleryItem(id, $"{id}:{_random.Next()}", RandomVectors.Unit(_random, 4)))], [],
                    false),
            };
        }
    }
}
