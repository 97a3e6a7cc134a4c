using System.CommandLine;
using System.Net;

namespace PPLCNet.Vision.Server.Hosting;

/// <summary>The flags of <c>pplcnet serve</c>.</summary>
internal sealed class ServeFlags
{
    private readonly Option<string> _host = new("--host") { Description = "Address to listen on; 0.0.0.0 for every one.", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
    private readonly Option<int> _port = Whole("--port", "Port to listen on; 0 takes a free one.", 8080, 0, 65535);
    private readonly Option<int?> _adminPort = new("--admin-port") { Description = "Port for /metrics without a key.", HelpName = "N" };
    private readonly Option<string?> _keys = new("--api-key-file") { Description = "Keys, a line each: key role [gallery-prefix]; roles are read, write and admin.", HelpName = "FILE" };
    private readonly Option<string?> _galleries = new("--galleries") { Description = "Folder of galleries, NAME.gallery each.", HelpName = "DIR" };
    private readonly Option<string[]> _postgres = new("--postgres-gallery") { Description = "A gallery in PostgreSQL; PPLCNET_POSTGRES holds the connection string.", HelpName = "NAME=TABLE" };
    private readonly Option<string[]> _preload = new("--preload") { Description = "Tasks or models to load before the server is ready, or none.", HelpName = "A,B", DefaultValueFactory = _ => ["ocr,detect,embed"] };
    private readonly Option<int> _workers = Whole("--workers", "Images processed at once; 0 is one per core.", 0, 0, 256);
    private readonly Option<int> _threads = Whole("--threads", "Threads inside one run.", 1, 1, 256);
    private readonly Option<double> _drain = Seconds("--drain", "After SIGTERM, how long new requests are still told 503 before the server stops listening.", 0);
    private readonly Option<double> _timeout = Seconds("--timeout", "How long a request may take.", 60);
    private readonly Option<double> _wait = Seconds("--max-wait", "How long an image may wait for a worker.", 10);
    private readonly Option<int> _waiting = Whole("--max-waiting", "Images that may wait; 0 is four per worker.", 0, 0, 100_000);
    private readonly Option<double> _megapixels = new("--max-waiting-megapixels") { Description = "Megapixels that may wait.", DefaultValueFactory = _ => 256, HelpName = "N" };
    private readonly Option<int> _body = Whole("--max-body", "Largest body in MiB; JSON may have a third more.", 32, 1, 1024);
    private readonly Option<int> _memory = Whole("--max-body-memory", "MiB that all bodies may take together.", 512, 1, 1 << 20);
    private readonly Option<int> _pixels = Whole("--max-pixels", "Most pixels of an image.", 40_000_000, 1, 1_000_000_000);
    private readonly Option<int> _models = Whole("--max-models", "Models that stay loaded.", 8, 1, 1000);
    private readonly Option<string[]> _urls = new("--allow-url") { Description = "Prefix of https addresses from which images may be fetched.", HelpName = "URL" };
    private readonly Option<string[]> _hosts = new("--allowed-host") { Description = "A name by which the server may be addressed.", HelpName = "NAME" };
    private readonly Option<string[]> _origins = new("--cors-origin") { Description = "Origin of pages that may call the server.", HelpName = "ORIGIN" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Refuse PaddleX requests for what this server does not have." };
    private readonly Option<string> _provider = new("--provider") { Description = "Execution provider of ONNX Runtime.", DefaultValueFactory = _ => "cpu", HelpName = "NAME" };
    private readonly Option<string> _log = new("--log") { Description = "Form of the log on standard error: json, text or none.", DefaultValueFactory = _ => "json", HelpName = "FORM" };

    /// <summary>Adds the flags.</summary>
    public ServeFlags(Command command)
    {
        _log.AcceptOnlyFromAmong("json", "text", "none");
        foreach (var option in (Option[])
        [
            _host, _port, _adminPort, _keys, _galleries, _postgres, _preload, _workers, _threads, _drain, _timeout, _wait, _waiting, _megapixels,
            _body, _memory, _pixels, _models, _urls, _hosts, _origins, _strict, _provider, _log,
        ])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Where to listen.</summary>
    /// <exception cref="ArgumentException">It is no address.</exception>
    public (IPAddress Address, int Port) Listen(ParseResult parse) => (Address(parse.GetValue(_host)!), parse.GetValue(_port));

    /// <summary>Form of the log.</summary>
    public string Log(ParseResult parse) => parse.GetValue(_log)!;

    /// <summary>The options that the flags describe.</summary>
    /// <exception cref="ArgumentException">A flag does not read.</exception>
    public PplcnetServerOptions Read(ParseResult parse)
    {
        var address = Address(parse.GetValue(_host)!);
        return new PplcnetServerOptions
        {
            Workers = parse.GetValue(_workers),
            Threads = parse.GetValue(_threads),
            MaxWaiting = parse.GetValue(_waiting),
            MaxWaitingMegapixels = parse.GetValue(_megapixels),
            MaxWait = TimeSpan.FromSeconds(parse.GetValue(_wait)),
            Timeout = TimeSpan.FromSeconds(parse.GetValue(_timeout)),
            Drain = TimeSpan.FromSeconds(parse.GetValue(_drain)),
            MaxBodyBytes = (long)parse.GetValue(_body) << 20,
            MaxBodyMemory = (long)parse.GetValue(_memory) << 20,
            MaxPixels = parse.GetValue(_pixels),
            MaxModels = parse.GetValue(_models),
            Preload = Words(parse.GetValue(_preload)) is var names && names is ["none"] ? [] : names,
            Galleries = parse.GetValue(_galleries),
            PostgresGalleries = Pairs(parse.GetValue(_postgres)),
            PostgresConnection = Environment.GetEnvironmentVariable("PPLCNET_POSTGRES"),
            ApiKeyFile = parse.GetValue(_keys),
            AllowedUrls = [.. Words(parse.GetValue(_urls)).Select(Https)],
            AllowedHosts = Hosts(Words(parse.GetValue(_hosts)), address),
            CorsOrigins = Words(parse.GetValue(_origins)),
            AdminPort = parse.GetValue(_adminPort),
            Strict = parse.GetValue(_strict),
            Provider = parse.GetValue(_provider)!,
        };
    }

    private static IPAddress Address(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.IPv6Any,
        _ => IPAddress.TryParse(host, out var address) ? address : throw new ArgumentException($"--host: expected an address such as 127.0.0.1 or 0.0.0.0, found '{host}'."),
    };

    // On loopback a name of somebody else can only be an attempt to reach the server through a browser (DNS rebinding).
    private static string[] Hosts(string[] given, IPAddress address) =>
        IPAddress.IsLoopback(address) ? ["localhost", "127.0.0.1", "[::1]", $"{address}", .. given] : given;

    private static string Https(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.Query.Length == 0
            ? url
            : throw new ArgumentException($"--allow-url: expected an address such as https://images.example/path, found '{url}'.");

    private static string[] Words(string[]? values) =>
        [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static Dictionary<string, string> Pairs(string[]? values) => Words(values)
        .Select(v => v.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } table] ? (name, table) : throw new ArgumentException($"--postgres-gallery: expected NAME=TABLE, found '{v}'."))
        .ToDictionary(p => p.name, p => p.table);

    private static Option<double> Seconds(string name, string description, double value)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "SECONDS" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 86400))
            {
                result.AddError($"{name} must lie between 0 and 86400 seconds.");
            }
        });
        return option;
    }

    private static Option<int> Whole(string name, string description, int value, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < least || given > most))
            {
                result.AddError($"{name} must lie between {least} and {most}; found {given}.");
            }
        });
        return option;
    }
}
