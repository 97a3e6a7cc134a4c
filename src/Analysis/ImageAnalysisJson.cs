using System.Text.Json;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Analysis;

/// <summary>
/// The answers of one pass as JSON: <c>top</c>, <c>neighbours</c>, <c>detections</c>, <c>classes</c> and <c>embedding</c>,
/// each only where
/// the model has such a head.
/// </summary>
internal static class ImageAnalysisJson
{
    /// <summary>Writes the properties into the current object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="analysis">The answers.</param>
    /// <param name="embedding">Whether the vector is written.</param>
    public static void WriteAnalysis(this Utf8JsonWriter json, ImageAnalysis analysis, bool embedding = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(analysis);
        if (analysis.Classes is { } classes)
        {
            json.WriteTop(classes);
        }

        if (analysis.Neighbors is { } matches)
        {
            json.WriteMatches("neighbours", matches);
        }

        if (analysis.Objects is { } objects)
        {
            json.WriteDetections(objects);
        }

        if (analysis.Mask is { } mask)
        {
            json.WriteClasses(mask);
        }

        if (embedding && analysis.Embedding is { } vector)
        {
            json.WriteFloats("embedding", vector.Span);
        }
    }
}
