using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Tests.Support;
using Xunit.Sdk;

namespace PPLCNet.Vision.Tests.Differential.Running;

/// <summary>
/// Checks a property on case after case for its share of the time. A case is a seed and nothing else, so a failure is repeated by
/// <c>scripts/fuzz.sh --only NAME --seed SEED --minutes 0</c>.
/// </summary>
internal static partial class Property
{
    /// <summary>A case that takes longer hangs: cases are small, and machines may be busy.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    /// <summary>Checks a property; at least one case.</summary>
    /// <param name="name">Its name, one of <see cref="PropertyList"/>.</param>
    /// <param name="body">Checks one case, made from this random source alone; throws where the property does not hold.</param>
    public static void Holds(string name, Action<Random> body)
    {
        SkipUnlessChosen(name);
        var time = TimeSpan.FromSeconds(FuzzSettings.Each ?? (FuzzSettings.Seconds * PropertyList.ShareOf(name)));
        using var trace = Trace.Open(name);
        var run = new Run(name, body, time, trace);
        var worker = new Thread(run.Work) { IsBackground = true };
        worker.Start();
        while (!worker.Join(100))
        {
            if (run.Age > _longest)
            {
                throw new XunitException($"{name}: seed {run.Seed} does not end.\n{Repeat(name, run.Seed)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {run.Cases} cases in {run.Elapsed.TotalSeconds:0.0} s, seeds {FuzzSettings.Seed} to {run.Seed}");
        if (run.Failures is [{ Error: SkipException skip }, ..])
        {
            ExceptionDispatchInfo.Throw(skip);
        }

        if (run.Failures.Count > 0)
        {
            var texts = run.Failures
                .Select(f => $"{name}: seed {f.Seed}: {f.Error.GetType().Name}: {f.Error.Message}\n{Repeat(name, f.Seed)}");
            throw new XunitException(string.Join("\n\n", texts), run.Failures[0].Error);
        }
    }

    /// <summary>Skips a property that this run is not about.</summary>
    public static void SkipUnlessChosen(string name) => Assert.SkipUnless(
        FuzzSettings.Only is null || name.Contains(FuzzSettings.Only, StringComparison.Ordinal),
            "PPLCNET_FUZZ_ONLY names another property.");

    /// <summary>The random source of a case.</summary>
    public static Random RandomOf(string name, long seed)
    {
        var hash = SeededTensor.Fnv1A64($"{name}:{seed}");
        return new Random((int)(hash ^ (hash >> 32)));
    }

    private static string Repeat(string name, long seed) =>
        $"Repeat with: scripts/fuzz.sh --only {name} --seed {seed} --minutes 0";

    private sealed class Run(string name, Action<Random> body, TimeSpan time, Trace? trace)
    {
        private long _seed = FuzzSettings.Seed;
        private long _caseStart = Stopwatch.GetTimestamp();

        public long Seed => Interlocked.Read(ref _seed);

        public TimeSpan Age => Stopwatch.GetElapsedTime(Interlocked.Read(ref _caseStart));

        public int Cases { get; private set; }

        public TimeSpan Elapsed { get; private set; }

        public List<(long Seed, Exception Error)> Failures { get; } = [];

        public void Work()
        {
            const int Most = 30;
            var start = Stopwatch.GetTimestamp();
            var kinds = new HashSet<string>();
            for (var seed = FuzzSettings.Seed; ; seed++)
            {
                Interlocked.Exchange(ref _seed, seed);
                Interlocked.Exchange(ref _caseStart, Stopwatch.GetTimestamp());
                trace?.Write(seed);
                try
                {
                    body(RandomOf(name, seed));
                }
                catch (Exception e)
                {
                    if (kinds.Add(KindOf(e)))
                    {
                        Failures.Add((seed, e));
                    }

                    if (!FuzzSettings.ListsAll || e is SkipException || kinds.Count == Most)
                    {
                        break;
                    }
                }

                Cases++;
                if (Stopwatch.GetElapsedTime(start) >= time)
                {
                    break;
                }
            }

            Elapsed = Stopwatch.GetElapsedTime(start);
        }

        /// <summary>Message without its numbers and quotes, and place: what makes two failures one.</summary>
        private static string KindOf(Exception e) =>
            $"{e.GetType()} {Numbers().Replace(e.Message, "")} {e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("PPLCNet", StringComparison.Ordinal))}";
    }

    [GeneratedRegex(@"\d+|'[^']*'")]
    private static partial Regex Numbers();

    /// <summary>Keeps the seed in a file that outlives a crash of the process, and goes away with an ordinary end.</summary>
    private sealed class Trace : IDisposable
    {
        private readonly string _path;
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        private Trace(string path)
        {
            _path = path;
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, 32);
            _view = _file.CreateViewAccessor();
        }

        public static Trace? Open(string name)
        {
            if (FuzzSettings.TraceFolder is not { } folder)
            {
                return null;
            }

            Directory.CreateDirectory(folder);
            return new Trace(Path.Combine(folder, name));
        }

        public void Write(long seed)
        {
            Span<byte> text = stackalloc byte[32];
            text.Fill((byte)' ');
            System.Buffers.Text.Utf8Formatter.TryFormat(seed, text, out _);
            text[^1] = (byte)'\n';
            for (var i = 0; i < text.Length; i++)
            {
                _view.Write(i, text[i]);
            }
        }

        public void Dispose()
        {
            _view.Dispose();
            _file.Dispose();
            File.Delete(_path);
        }
    }
}
