using System.Net;
using System.Net.Http.Headers;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>Fetches one file over HTTP and continues where an earlier try ended.</summary>
/// <param name="client">Carries out the requests; its handler decides about proxies.</param>
/// <param name="open">Opens the file that is written to, at its end; null opens it on disk.</param>
internal sealed class FileFetcher(HttpClient client, Func<string, Stream>? open = null)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>A server that sends nothing for this long is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fetches a file, or its rest.</summary>
    /// <param name="request">What to fetch.</param>
    /// <param name="part">Where the bytes go; what is there already is continued if it belongs to the same file.</param>
    /// <param name="progress">Told how many bytes are here.</param>
    /// <param name="cancellationToken">Stops; what is here is kept for the next try.</param>
    /// <exception cref="ModelFormatException">The file is larger than allowed.</exception>
    /// <exception cref="HttpRequestException">The server did not give the file.</exception>
    /// <exception cref="IOException">The file cannot be written; the message of a full disk says how much is missing.</exception>
    public async Task FetchAsync(FileRequest request, string part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var resume = new ResumePoint(request, part);
        if (request.Bytes > 0 && resume.Have == request.Bytes)
        {
            return; // Whole, but the try ended before it was put in place.
        }

        using var message = new HttpRequestMessage(HttpMethod.Get, request.Address);
        resume.AddTo(message);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watch.CancelAfter(Patience);
        using var response = await SendAsync(message, watch, cancellationToken).ConfigureAwait(false);
        if (resume.Have > 0 && !resume.IsContinuedBy(response))
        {
            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                response.EnsureSuccessStatusCode(); // a server that fails says nothing about what is here
            }

            // The server starts over, or what is here is no part of its file.
            resume.Discard();
            if (response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                await FetchAsync(request, part, progress, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        response.EnsureSuccessStatusCode();
        resume.Remember(response);
        await WriteAsync(request, response, resume.Have, part, progress, watch, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage message, CancellationTokenSource watch, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"the server did not answer within {Patience.TotalSeconds:0} s", e);
        }
    }

    private async Task WriteAsync(
        FileRequest request,
        HttpResponseMessage response,
        long have,
        string part,
        IProgress<long>? progress,
        CancellationTokenSource watch,
        CancellationToken cancellationToken)
    {
        var total = have + (response.Content.Headers.ContentLength ?? 0);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            try
            {
                var file = open?.Invoke(part) ?? new FileStream(part, FileMode.Append, FileAccess.Write);
                await using (file.ConfigureAwait(false))
                {
                    for (int read; (read = await ReadAsync(body, buffer, watch, cancellationToken).ConfigureAwait(false)) > 0;)
                    {
                        request.CheckSize(have + read);
                        await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                        have += read;
                        progress?.Report(have);
                    }

                    await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException e) when (DiskSpace.IsFull(e))
            {
                throw new IOException(
                    $"'{part}': the disk is full after {have} of {total} bytes; free some space and pull again; it continues from there.", e.HResult);
            }
        }

        if (total > have)
        {
            throw new HttpRequestException(
                $"the connection ended after {have} of {total} bytes; pull again to continue from there");
        }
    }

    /// <summary>Reads from the network; its failures are distinguished from those of the disk.</summary>
    private async Task<int> ReadAsync(
        Stream body, Memory<byte> buffer, CancellationTokenSource watch, CancellationToken cancellationToken)
    {
        try
        {
            watch.CancelAfter(Patience);
            return await body.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(
                $"the server sent nothing for {Patience.TotalSeconds:0} s; pull again to continue from there", e);
        }
        catch (IOException e)
        {
            throw new HttpRequestException($"the connection broke ({e.Message}); pull again to continue from there", e);
        }
    }
}
