using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using OpenCvSharp;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Bench.Server;

/// <summary>
/// <c>server-load COMMAND IMAGE [CLIENTS] [SECONDS]</c>: starts <c>COMMAND serve</c> on loopback and sends it one image in
/// sizes of 0.1 to 12 megapixels, to several tasks, from many clients that honor Retry-After; then the library alone works
/// on the same mix with a worker per core. Prints statuses, latency, images per second and the memory of each minute.
/// </summary>
internal static class ServerLoadProgram
{
    private static readonly double[] _megapixels = [0.1, 0.3, 1, 2, 4, 12];
    private static readonly string[] _tasks = ["classify", "detect", "segment", "ocr"];

    public static void Run(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("server-load COMMAND IMAGE [CLIENTS] [SECONDS]");
            Environment.ExitCode = 1;
            return;
        }

        int Argument(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
        RunAsync(args[0], Sizes(args[1]), Argument(2, 64), TimeSpan.FromSeconds(Argument(3, 300))).GetAwaiter().GetResult();
    }

    private static async Task RunAsync(string command, byte[][] images, int clients, TimeSpan time)
    {
        using var server = Process.Start(new ProcessStartInfo(command, ["serve", "--port", "0", "--log", "none", "--preload", string.Join(',', _tasks)])
        {
            RedirectStandardOutput = true,
        })!;
        var ready = await server.StandardOutput.ReadLineAsync().ConfigureAwait(false) ?? throw new InvalidOperationException("The server did not start.");
        var address = new Uri(ready[ready.IndexOf("http", StringComparison.Ordinal)..].Split(' ')[0]);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = address };
        var (statuses, answered) = (new ConcurrentDictionary<HttpStatusCode, int>(), new ConcurrentBag<double>());
        var (clock, memory) = (Stopwatch.StartNew(), new List<long>());
        var work = Enumerable.Range(0, clients).Select(c => Task.Run(() => ClientAsync(c))).ToList();
        while (clock.Elapsed < time)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, time.TotalSeconds / 5))).ConfigureAwait(false);
            server.Refresh();
            memory.Add(server.WorkingSet64 >> 20);
        }

        await Task.WhenAll(work).ConfigureAwait(false);
        var seconds = clock.Elapsed.TotalSeconds;
        server.Kill();
        var sorted = answered.Order().ToList();
        Console.WriteLine($"{clients} clients, {seconds:0} s: {string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{(int)s.Key} x {s.Value}"))}");
        Console.WriteLine($"answers: p50 {sorted[sorted.Count / 2]:0} ms, p99 {sorted[(int)(sorted.Count * 0.99)]:0} ms");
        Console.WriteLine($"resident memory at each fifth: {string.Join(", ", memory)} MB");
        var served = sorted.Count / seconds;
        var alone = Alone(images, TimeSpan.FromSeconds(Math.Min(60, time.TotalSeconds / 2)));
        Console.WriteLine($"served {served:0.00} images per second, the library alone {alone:0.00}: {served / alone:0.00} of it");

        async Task ClientAsync(int seed)
        {
            var random = new Random(seed);
            while (clock.Elapsed < time)
            {
                var start = Stopwatch.GetTimestamp();
                using var body = new ByteArrayContent(images[random.Next(images.Length)]);
                using var answer = await http.PostAsync(new Uri($"v1/{_tasks[random.Next(_tasks.Length)]}", UriKind.Relative), body).ConfigureAwait(false);
                await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                statuses.AddOrUpdate(answer.StatusCode, 1, (_, n) => n + 1);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    answered.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
                else if (answer.Headers.RetryAfter?.Delta is { } wait)
                {
                    await Task.Delay(wait).ConfigureAwait(false);
                }
            }
        }
    }

    // The same mix in this process: encoded images to answers, a worker per core.
    private static double Alone(byte[][] images, TimeSpan time)
    {
        using var classifier = Classifier.Load();
        using var detector = Detector.Load();
        using var segmenter = Segmenter.Load();
        using var ocr = OcrEngine.Load();
        Action<byte[]>[] tasks =
        [
            image => classifier.Classify(image), image => detector.Detect(image), image => segmenter.Segment(image), image => ocr.Read(image),
        ];
        foreach (var task in tasks)
        {
            task(images[0]);
        }

        var (done, clock) = (0, Stopwatch.StartNew());
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            var random = new Random(worker);
            while (clock.Elapsed < time)
            {
                tasks[random.Next(tasks.Length)](images[random.Next(images.Length)]);
                Interlocked.Increment(ref done);
            }
        });
        return done / clock.Elapsed.TotalSeconds;
    }

    private static byte[][] Sizes(string path)
    {
        using var image = Cv2.ImRead(path);
        return [.. _megapixels.Select(m =>
        {
            var scale = Math.Sqrt(m * 1e6 / ((double)image.Width * image.Height));
            using var resized = image.Resize(default, scale, scale);
            return resized.ImEncode(".jpg");
        })];
    }
}
