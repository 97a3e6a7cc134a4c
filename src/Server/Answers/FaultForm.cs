using System.Text.Json;
using PPLCNet.Vision.Server.OpenAI;
using PPLCNet.Vision.Server.PaddleX;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>How the clients of a route expect faults.</summary>
/// <param name="ContentType">The media type.</param>
/// <param name="Write">Writes the object.</param>
internal sealed record FaultForm(string ContentType, Action<Utf8JsonWriter, Fault, string> Write)
{
    private static readonly FaultForm _problem = new("application/problem+json", ProblemWriter.WriteProblem);
    private static readonly FaultForm _paddle = new("application/json", PaddleEnvelope.WriteFault);
    private static readonly FaultForm _openAI = new("application/json", EmbeddingsAnswer.WriteFault);

    /// <summary>The form of PaddleX's routes.</summary>
    public static FaultForm Paddle => _paddle;

    /// <summary>The form of OpenAI's routes.</summary>
    public static FaultForm OpenAI => _openAI;

    /// <summary>The form for a request: that of its endpoint; by its path where no endpoint took it.</summary>
    public static FaultForm Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<FaultForm>()
        ?? (PaddleRoutes.Paths.Contains(context.Request.Path.Value ?? "") ? _paddle
            : context.Request.Path == EmbeddingsRoute.Path ? _openAI
            : _problem);
}
