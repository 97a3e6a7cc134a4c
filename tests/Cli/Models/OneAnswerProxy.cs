using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>A proxy on this machine that answers one request itself.</summary>
internal sealed class OneAnswerProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<string> _request;

    public OneAnswerProxy(byte[] content)
    {
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _request = AnswerAsync(content);
    }

    public string Address { get; }

    /// <summary>The first line of the request.</summary>
    public string Request => _request.Result;

    public void Dispose() => _listener.Dispose();

    private async Task<string> AnswerAsync(byte[] content)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var first = await reader.ReadLineAsync() ?? "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // The rest of the head.
        }

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content);
        return first;
    }
}
