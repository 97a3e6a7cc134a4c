using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>Bounds the memory that the bodies of all requests take together. Thread-safe.</summary>
internal sealed class BodyBudget(PplcnetServerOptions options)
{
    private long _taken;

    /// <summary>Bytes that are taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes.</summary>
    /// <exception cref="RequestException">There are not so many left.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > options.MaxBodyMemory)
        {
            Return(bytes);
            throw new RequestException(StatusCodes.Status429TooManyRequests, "busy", "The bodies of other requests take all the memory there is for them.")
            {
                RetryAfter = 1,
            };
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
