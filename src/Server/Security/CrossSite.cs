using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Security;

/// <summary>
/// Refuses what a page of another site makes a browser send: such requests need no key where the server asks for none, and
/// no consent of the user. Programs send neither header and pass.
/// </summary>
internal static class CrossSite
{
    /// <summary>Checks a request that changes something or costs work.</summary>
    /// <exception cref="RequestException">It comes from another site.</exception>
    public static void Check(HttpRequest request, PplcnetServerOptions options)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        {
            return;
        }

        var origin = request.Headers.Origin.ToString();
        if (options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var foreign = site.Length > 0
            ? site is not ("same-origin" or "none")
            : origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        if (foreign)
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "origin", "The request comes from a page of another site; --cors-origin allows one.");
        }
    }

    /// <summary>Checks the name by which the server is addressed.</summary>
    /// <exception cref="RequestException">It is none of those allowed: a name of somebody else that leads here.</exception>
    public static void CheckHost(HttpRequest request, PplcnetServerOptions options)
    {
        if (options.AllowedHosts.Count > 0 && !options.AllowedHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestException(StatusCodes.Status400BadRequest, "host", "The server is not addressed by one of its names; --allowed-host adds one.");
        }
    }
}
