using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Queueing;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>What became of one image of a request.</summary>
/// <param name="Upload">The image.</param>
/// <param name="Value">The answer, where there is no error.</param>
/// <param name="Error">Why there is no answer.</param>
internal sealed record ImageOutcome<T>(ImageUpload Upload, T? Value, Exception? Error);

/// <summary>Images of a request on their way: headers checked, places taken, decoded and answered by the workers.</summary>
internal sealed class ImageWork(WorkQueue queue, PplcnetServerOptions options, ServerMetrics metrics)
{
    /// <summary>Answers the images of a request, several at once where workers are free.</summary>
    /// <param name="trace">Notes sizes and times.</param>
    /// <param name="uploads">The images.</param>
    /// <param name="run">Answers one decoded image on a worker; is given the milliseconds of decoding.</param>
    /// <param name="cancellationToken">Ends waiting and runs.</param>
    /// <returns>An outcome for each image, in their order; faults of single images are in them.</returns>
    /// <exception cref="RequestException">The queue is full, or no worker was free in time.</exception>
    /// <exception cref="OperationCanceledException">The time is up, or the client is gone.</exception>
    public async Task<IReadOnlyList<ImageOutcome<T>>> RunAsync<T>(
        RequestTrace trace, IReadOnlyList<ImageUpload> uploads, Func<PixelBuffer, double, CancellationToken, T> run, CancellationToken cancellationToken)
    {
        var outcomes = new ImageOutcome<T>?[uploads.Count];
        var weights = new List<(int Index, double Megapixels)>();
        for (var i = 0; i < uploads.Count; i++)
        {
            trace.Bytes += uploads[i].Bytes.Length;
            try
            {
                weights.Add((i, uploads[i].Check(options.ImageLimits)));
            }
            catch (Exception e) when (e is ImageException or RequestException)
            {
                outcomes[i] = new ImageOutcome<T>(uploads[i], default, e);
            }
        }

        queue.Reserve([.. weights.Select(w => w.Megapixels)]);
        var tasks = weights.Select(w => OneAsync(trace, uploads[w.Index], w.Megapixels, run, cancellationToken)).ToArray();
        try
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        finally
        {
            // Workers read from memory of the request: nobody goes on before the last of them is done.
            await Task.WhenAll(tasks.Select(t => t.ContinueWith(_ => { }, TaskScheduler.Default))).ConfigureAwait(false);
        }

        for (var i = 0; i < weights.Count; i++)
        {
            outcomes[weights[i].Index] = tasks[i].Result;
        }

        trace.Images = weights.Count;
        return outcomes!;
    }

    /// <summary>Answers one image; its fault is thrown.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<T> RunOneAsync<T>(
        RequestTrace trace, ImageUpload upload, Func<PixelBuffer, double, CancellationToken, T> run, CancellationToken cancellationToken)
    {
        var outcomes = await RunAsync(trace, [upload], run, cancellationToken).ConfigureAwait(false);
        return Value(outcomes[0]);
    }

    /// <summary>The answer of an outcome; its error is thrown as it was.</summary>
    public static T Value<T>(ImageOutcome<T> outcome)
    {
        if (outcome.Error is { } error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }

        return outcome.Value!;
    }

    private async Task<ImageOutcome<T>> OneAsync<T>(
        RequestTrace trace, ImageUpload upload, double megapixels, Func<PixelBuffer, double, CancellationToken, T> run, CancellationToken cancellationToken)
    {
        try
        {
            var parent = Activity.Current;
            var value = await queue.RunAsync(megapixels, (waited, token) => Decoded(trace, upload, parent, waited, run, token), cancellationToken).ConfigureAwait(false);
            return new ImageOutcome<T>(upload, value, null);
        }
        catch (Exception e) when (e is not OperationCanceledException and not RequestException { Code: "busy" } and not OutOfMemoryException)
        {
            return new ImageOutcome<T>(upload, default, e);
        }
    }

    private T Decoded<T>(
        RequestTrace trace, ImageUpload upload, Activity? parent, TimeSpan waited, Func<PixelBuffer, double, CancellationToken, T> run, CancellationToken cancellationToken)
    {
        Activity.Current = parent; // the spans of the library belong to the request
        metrics.Queued(waited);
        var start = Stopwatch.GetTimestamp();
        var image = ImageFile.Decode(upload.Bytes.Span, "image", options.ImageLimits);
        var decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        lock (trace)
        {
            trace.Queue = Math.Max(trace.Queue, waited.TotalMilliseconds);
            trace.Stages += new StageTimings(decode, 0, 0, 0);
            trace.Size = trace.Size.Length > 0 ? trace.Size : $"{image.Width}x{image.Height}";
        }

        return run(image, decode, cancellationToken);
    }
}
