namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>Sends every request to the loopback server, at a path that starts with the host that was asked for.</summary>
internal sealed class ToLoopback(string address) : DelegatingHandler(new HttpClientHandler { UseProxy = false })
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        if (!asked.IsLoopback)
        {
            request.RequestUri = new Uri($"{address}{asked.Host}{asked.AbsolutePath}");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
