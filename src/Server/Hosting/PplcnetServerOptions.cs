using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>How the server works. The defaults suit a small machine that strangers may reach.</summary>
public sealed record PplcnetServerOptions
{
    /// <summary>Images processed at once; 0 means one per core.</summary>
    public int Workers { get; init; }

    /// <summary>Images that may wait for a worker; 0 means four per worker.</summary>
    public int MaxWaiting { get; init; }

    /// <summary>Megapixels that may wait for a worker.</summary>
    public double MaxWaitingMegapixels { get; init; } = 256;

    /// <summary>How long an image waits for a worker before its request is answered with 429.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request may take once its body was read; the run ends then and the answer is 504.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After SIGTERM: how long the server still listens, answering new requests with 503 and not ready.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.Zero;

    /// <summary>Largest body of a request in bytes; JSON bodies may be larger by the third that base64 adds.</summary>
    public long MaxBodyBytes { get; init; } = 32L << 20;

    /// <summary>Bytes that the bodies of all requests may take together; above, requests are answered with 429.</summary>
    public long MaxBodyMemory { get; init; } = 512L << 20;

    /// <summary>Most pixels of an image, checked in its header.</summary>
    public long MaxPixels { get; init; } = 40_000_000;

    /// <summary>Longest side of an image, checked in its header.</summary>
    public int MaxSide { get; init; } = 20_000;

    /// <summary>Most images of a request.</summary>
    public int MaxImages { get; init; } = 32;

    /// <summary>Models that stay loaded; the least recently used is freed. Preloaded and busy ones are never freed.</summary>
    public int MaxModels { get; init; } = 8;

    /// <summary>Names of tasks or models that are loaded and warmed up before the server is ready.</summary>
    public IReadOnlyList<string> Preload { get; init; } = [];

    /// <summary>The folder of the galleries; null serves none from files.</summary>
    public string? Galleries { get; init; }

    /// <summary>Galleries in PostgreSQL: name of the gallery and of its table.</summary>
    public IReadOnlyDictionary<string, string> PostgresGalleries { get; init; } = new Dictionary<string, string>();

    /// <summary>Connection string of <see cref="PostgresGalleries"/>.</summary>
    public string? PostgresConnection { get; init; }

    /// <summary>Most galleries in files.</summary>
    public int MaxGalleries { get; init; } = 1000;

    /// <summary>Most items of a gallery.</summary>
    public int MaxItems { get; init; } = 1_000_000;

    /// <summary>File of keys, a line each: <c>key role [gallery-prefix]</c>; null asks for no key.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>Prefixes of https addresses from which images may be fetched; none refuses images by address.</summary>
    public IReadOnlyList<string> AllowedUrls { get; init; } = [];

    /// <summary>Names by which the server may be addressed (the Host header); empty accepts every name.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of pages that may call the server from a browser.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Port on which metrics are served without a key; null serves them on the main port to keys of administrators.</summary>
    public int? AdminPort { get; init; }

    /// <summary>Whether PaddleX requests that ask for something this server does not have are refused.</summary>
    public bool Strict { get; init; }

    /// <summary>Execution provider of ONNX Runtime.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Threads inside one run; more than one pays only where few requests come at once.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Images processed at once, as a number.</summary>
    internal int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;

    /// <summary>Images that may wait, as a number.</summary>
    internal int WaitingPlaces => MaxWaiting > 0 ? MaxWaiting : 4 * WorkerCount;

    /// <summary>Largest JSON body: base64 adds a third.</summary>
    internal long MaxJsonBytes => (MaxBodyBytes / 3 * 4) + (1 << 20);

    /// <summary>What the header of an image may say.</summary>
    internal ImageLimits ImageLimits => new() { MaxBytes = MaxJsonBytes, MaxPixels = MaxPixels, MaxSide = MaxSide };
}
