namespace PPLCNet.Vision.Server.Requests;

/// <summary>Ends a request with a status. The message goes to the client: it names no path of this machine.</summary>
internal sealed class RequestException(int status, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>What kind of fault it is, for programs.</summary>
    public string Code { get; } = code;

    /// <summary>Faults by the name of the field or parameter; null where it is not about fields.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Seconds after which trying again makes sense; null where it makes none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A field or parameter that is not as it should be.</summary>
    public static RequestException Field(string name, string message, int status = StatusCodes.Status400BadRequest) =>
        new(status, "parameter", $"{name}: {message}") { Errors = new Dictionary<string, string[]> { [name] = [message] } };

    /// <summary>A body that is not as it should be.</summary>
    public static RequestException Body(string message, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, "body", message, inner);

    /// <summary>A body that is too large.</summary>
    public static RequestException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "body", $"Expected a body of at most {limit} bytes, found more.");

    /// <summary>Something that does not exist.</summary>
    public static RequestException NotFound(string code, string message) => new(StatusCodes.Status404NotFound, code, message);

    /// <summary>An image that is not one.</summary>
    public static RequestException NoImage(string message) => new(StatusCodes.Status415UnsupportedMediaType, "decode", message);
}
