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

    /// <summary>The form for a path.</summary>
    public static FaultForm Of(PathString path) =>
        PaddleRoutes.Paths.Contains(path.Value ?? "") ? _paddle : path == EmbeddingsRoute.Path ? _openAI : _problem;
}
