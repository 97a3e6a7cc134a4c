using System.Net;
using System.Net.Sockets;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Security;

/// <summary>
/// Fetches images from addresses that the operator allows. The name is resolved once and the very address that was checked is
/// connected to; redirects are followed only where each target is allowed too.
/// </summary>
internal sealed class ImageFetcher : IDisposable
{
    private const int MostRedirects = 3;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<string> _allowed;
    private readonly HttpClient _client;

    /// <summary>Reads the list of allowed addresses.</summary>
    public ImageFetcher(PplcnetServerOptions options)
        : this(options.AllowedUrls, ResolveAsync, "https", null)
    {
    }

    /// <summary>With another resolver and scheme, for tests.</summary>
    internal ImageFetcher(
        IReadOnlyList<string> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve, string scheme, Func<IPAddress, bool>? isPublic)
    {
        _allowed = allowed;
        Scheme = scheme;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _timeout,
            PooledConnectionLifetime = TimeSpan.Zero, // the next request resolves and checks again
            ConnectCallback = async (context, token) =>
            {
                var addresses = await resolve(context.DnsEndPoint.Host, token).ConfigureAwait(false);
                if (addresses.Length == 0 || !addresses.All(isPublic ?? AddressRules.IsPublic))
                {
                    throw Refused();
                }

                var socket = new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(addresses[0], context.DnsEndPoint.Port), token).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _client = new HttpClient(handler) { Timeout = _timeout };
    }

    private string Scheme { get; }

    /// <summary>Opens the image behind an address.</summary>
    /// <exception cref="RequestException">Addresses are not allowed, or this one is not, or nothing answers there.</exception>
    public async Task<Stream> OpenAsync(string address, CancellationToken cancellationToken)
    {
        if (_allowed.Count == 0)
        {
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, "url", "Images by address are off on this server; send the image itself.");
        }

        try
        {
            var next = Check(address);
            for (var i = 0; i <= MostRedirects; i++)
            {
                var response = await _client.GetAsync(next, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                }

                using (response)
                {
                    next = (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location
                        ? Check(new Uri(next, location).AbsoluteUri)
                        : throw Refused();
                }
            }

            throw Refused();
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or UriFormatException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw e.InnerException as RequestException ?? Refused(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address) ? Task.FromResult<IPAddress[]>([address]) : Dns.GetHostAddressesAsync(host, cancellationToken);

    private static RequestException Refused(Exception? inner = null) =>
        new(StatusCodes.Status422UnprocessableEntity, "url", "The image's address is not allowed, or nothing answers there.", inner);

    private Uri Check(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Scheme && uri.UserInfo.Length == 0
            && _allowed.Any(a => Matches(uri, a))
            ? uri
            : throw Refused();

    // By parts and not by text: https://a.example must not let https://a.example.evil pass.
    private static bool Matches(Uri uri, string allowed) =>
        Uri.TryCreate(allowed, UriKind.Absolute, out var prefix) && uri.Scheme == prefix.Scheme && uri.Host == prefix.Host && uri.Port == prefix.Port
        && (uri.AbsolutePath == prefix.AbsolutePath
            || uri.AbsolutePath.StartsWith(prefix.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal));
}
