using System.Text.Json;
using PPLCNet.Vision.Server.Answers;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>What stands around every answer of PaddleX's protocol.</summary>
internal static class PaddleEnvelope
{
    /// <summary>A failure: the status is the error code.</summary>
    public static void WriteFault(Utf8JsonWriter json, Fault fault, string logId)
    {
        json.WriteStartObject();
        json.WriteString("logId", logId);
        json.WriteNumber("errorCode", fault.Status);
        json.WriteString("errorMsg", fault.Detail);
        json.WriteEndObject();
    }

    /// <summary>A success.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="logId">The client's id, or the request's.</param>
    /// <param name="result">Writes the properties of the result.</param>
    public static void WriteResult(Utf8JsonWriter json, string logId, Action<Utf8JsonWriter> result)
    {
        json.WriteStartObject();
        json.WriteString("logId", logId);
        json.WriteStartObject("result");
        result(json);
        json.WriteEndObject();
        json.WriteNumber("errorCode", 0);
        json.WriteString("errorMsg", "Success");
        json.WriteEndObject();
    }
}
