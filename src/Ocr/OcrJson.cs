using System.Text.Json.Serialization;
using PPLCNet.Vision.Ocr.Detection;

namespace PPLCNet.Vision.Ocr;

/// <summary>Source-generated JSON of the settings that stand in manifests.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TextDetectionSettings))]
internal sealed partial class OcrJson : JsonSerializerContext;
