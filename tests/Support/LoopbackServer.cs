using System.Collections.Concurrent;
using System.Net;

namespace PPLCNet.Vision.Tests.Support;

/// <summary>A server on this machine that gives files: whole, in ranges, or in the wrong ways that a test asks for.</summary>
public sealed class LoopbackServer : IDisposable
{
    private static int _nextPort = 20_000 + (Environment.ProcessId % 20_000);

    private readonly HttpListener _listener;
    private readonly ConcurrentDictionary<string, Func<byte[]?>> _files = new(StringComparer.Ordinal);

    public LoopbackServer()
    {
        while (true)
        {
            // A listener that could not start is of no further use.
            Address = $"http://127.0.0.1:{Interlocked.Increment(ref _nextPort)}/";
            _listener = new HttpListener { Prefixes = { Address } };
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (_nextPort < 60_000)
            {
                // Taken: the next one.
            }
        }

        _ = ServeAsync();
    }

    /// <summary>With a final slash.</summary>
    public string Address { get; }

    /// <summary>Paths of all requests, with the range where one was asked for: <c>/a bytes=10-</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The strong tag of every file; null for none.</summary>
    public string? Tag { get; set; } = "\"1\"";

    /// <summary>Bytes after which the connection of a whole file breaks; 0 for never.</summary>
    public int BreakAfter { get; set; }

    /// <summary>Serves a file at a path without a first slash.</summary>
    /// <returns>Its address.</returns>
    public string Serve(string path, byte[] content) => Serve(path, () => content);

    /// <summary>Serves what is made when it is asked for; null answers 404.</summary>
    public string Serve(string path, Func<byte[]?> content)
    {
        _files["/" + path] = content;
        return Address + path;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                Answer(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var response = context.Response;

        // As a proxy, the server is sent whole addresses: host and path then name the file.
        var url = context.Request.Url!;
        var path = Uri.UnescapeDataString(url.AbsolutePath);
        var range = context.Request.Headers["Range"];
        Requests.Enqueue(range is null ? path : $"{path} {range}");
        var content = _files.GetValueOrDefault(path)?.Invoke() ?? _files.GetValueOrDefault($"/{url.Host}{path}")?.Invoke();
        if (content is null)
        {
            response.StatusCode = 404;
            return;
        }

        if (Tag is not null)
        {
            response.Headers["ETag"] = Tag;
        }

        var from = 0;
        if (range is not null && (context.Request.Headers["If-Range"] is not { } wanted || wanted == Tag))
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'));
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        response.ContentLength64 = content.Length - from;
        var count = BreakAfter > 0 && from == 0 ? Math.Min(BreakAfter, content.Length) : content.Length - from;
        response.OutputStream.Write(content, from, count);
        if (count < content.Length - from)
        {
            response.Abort();
        }
    }
}
