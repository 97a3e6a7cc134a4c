using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Differential.Running;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>
/// Every reader gives an answer to a damaged file, or one of the documented exceptions with the file's name, in bounded time and
/// memory.
/// </summary>
public sealed class ReaderProperties : IDisposable
{
    /// <summary>Files are small, so this is far more than any of them is worth.</summary>
    private const long MostBytes = 512L << 20;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. FileReaders.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_files_are_answered_or_refused(string name)
    {
        Property.SkipUnlessChosen(FileReaders.Prefix + name);
        var reader = FileReaders.All.Single(r => r.Name == name);
        var path = _folder.File(reader.FileName);
        foreach (var file in reader.Files.Value)
        {
            File.WriteAllBytes(path, file);
            reader.Read(path); // what is damaged below was right before
        }

        Property.Holds(FileReaders.Prefix + name, random =>
        {
            var files = reader.Files.Value;
            var bytes = Mutator.Damage(random, files[random.Next(files.Count)], files, reader.IsText);
            if (reader.Repair is { } repair && random.Next(2) == 0)
            {
                bytes = repair(bytes);
            }

            File.WriteAllBytes(path, bytes);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                reader.Read(path);
            }
            catch (Exception e) when (e is DataFormatException or ModelFormatException or ImageException)
            {
                Assert.True(!reader.NamesFile || e.Message.Contains(reader.FileName, StringComparison.Ordinal),
                    $"the message does not name the file: {e.Message}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"{e.GetType().Name} is no documented exception: {e.Message}\n{Place(e)}", e);
            }

            var (taken, elapsed) =
                (GC.GetAllocatedBytesForCurrentThread() - before, System.Diagnostics.Stopwatch.GetElapsedTime(start));
            Assert.True(taken <= MostBytes, $"{bytes.Length} bytes of file took {taken >> 20} MiB");
            Assert.True(elapsed <= _longest, $"{bytes.Length} bytes of file took {elapsed.TotalSeconds:0} s");
        });
    }

    public void Dispose() => _folder.Dispose();

    private static string Place(Exception e) =>
        string.Join('\n', (e.StackTrace ?? "").Split('\n').Where(l => l.Contains("PPLCNet", StringComparison.Ordinal)).Take(4));
}
