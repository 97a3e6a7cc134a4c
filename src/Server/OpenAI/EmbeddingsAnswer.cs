using System.Runtime.InteropServices;
using System.Text.Json;
using PPLCNet.Vision.Server.Answers;

namespace PPLCNet.Vision.Server.OpenAI;

/// <summary>Answers in the form of OpenAI's embeddings.</summary>
internal static class EmbeddingsAnswer
{
    /// <summary>A fault.</summary>
    public static void WriteFault(Utf8JsonWriter json, Fault fault, string requestId)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", fault.Detail);
        json.WriteString("type", fault.Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error");
        if (fault.Errors is { } errors)
        {
            json.WriteString("param", errors.Keys.First());
        }
        else
        {
            json.WriteNull("param");
        }

        json.WriteString("code", fault.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The vectors of a request.</summary>
    public static void Write(Utf8JsonWriter json, string model, IReadOnlyList<float[]> vectors, bool base64)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (var i = 0; i < vectors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            if (base64)
            {
                json.WriteBase64String("embedding", MemoryMarshal.AsBytes(vectors[i].AsSpan()));
            }
            else
            {
                json.WriteFloats("embedding", vectors[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", model);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", 0);
        json.WriteNumber("total_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
