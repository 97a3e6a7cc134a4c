using System.Data.Common;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>What an exception means to the client. Details that name files of this machine stay in the log.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The kind, for programs.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record Fault(int Status, string Code, string Detail)
{
    /// <summary>What to try again after, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Faults by field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Why metrics count the request as rejected; empty where they do not.</summary>
    public string Rejection { get; init; } = "";

    /// <summary>Whether the log should have the exception.</summary>
    public bool IsOurs => Status >= StatusCodes.Status500InternalServerError && Code is not ("timeout" or "draining");

    /// <summary>The fault that an exception stands for.</summary>
    public static Fault Of(Exception e) => e switch
    {
        RequestException r => new Fault(r.Status, r.Code, r.Message)
        {
            RetryAfter = r.RetryAfter,
            Errors = r.Errors,
            Rejection = r.Data["reason"] as string ?? (r.Status == 413 ? "body" : r.Status is 401 or 403 ? "key" : r.Status == 429 ? "body" : ""),
        },
        BadHttpRequestException b => new Fault(b.StatusCode, "body", Sentence(b.StatusCode)) { Rejection = b.StatusCode == 413 ? "body" : "" },
        ImageException { Fault: ImageFault.Limit } i => new Fault(StatusCodes.Status422UnprocessableEntity, "limit", Capital(i.Message)) { Rejection = "pixels" },
        ImageException i => new Fault(StatusCodes.Status422UnprocessableEntity, "decode", Capital(i.Message)),
        ModelNotFoundException => new Fault(StatusCodes.Status404NotFound, "model", "The file of this model is not on the server."),
        ModelFormatException or OnnxRuntimeException => new Fault(StatusCodes.Status500InternalServerError, "model", "The model does not work; the log of the server says why."),
        DbException => new Fault(StatusCodes.Status503ServiceUnavailable, "database", "The database of the gallery does not answer; the log of the server says why."),
        DataFormatException => new Fault(StatusCodes.Status500InternalServerError, "data", "A file of the server is damaged; its log says which."),
        OperationCanceledException => new Fault(StatusCodes.Status504GatewayTimeout, "timeout", "The time limit of the server ended the request."),
        IOException or UnauthorizedAccessException => new Fault(StatusCodes.Status500InternalServerError, "io", "The server could not read or write a file; its log says which."),
        _ => new Fault(StatusCodes.Status500InternalServerError, "internal", "The server failed; its log says why."),
    };

    private static string Capital(string message) => message.Length == 0 ? message : char.ToUpper(message[0], CultureInfo.InvariantCulture) + message[1..];

    private static string Sentence(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status408RequestTimeout => "The body came too slowly.",
        _ => "The request is not well-formed HTTP.",
    };
}
