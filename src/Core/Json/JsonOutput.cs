using System.Text.Encodings.Web;
using System.Text.Json;

namespace PPLCNet.Vision.Json;

/// <summary>How the suite writes JSON for programs and people.</summary>
internal static class JsonOutput
{
    /// <summary>Options of every writer of answers: text stays readable, only what JSON itself forbids is escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
