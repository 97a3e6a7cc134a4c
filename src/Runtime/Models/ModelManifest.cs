using System.Text.Json;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Everything needed to use one model file: what it is, how to prepare its input and how to read its output.</summary>
/// <remarks>
/// It stands in <c>models/catalog.json</c>, in a <c>.json</c> beside the file, or in the ONNX metadata under
/// <c>pplcnet.manifest</c>, or under that key in the header of a safetensors file.
/// </remarks>
public sealed record ModelManifest
{
    // Generated JSON readers set every init-only property, with null where the file says nothing: hence the setters below.

    /// <summary>Name that <c>--model</c> takes, for example <c>ppocr-v6-small-det</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What the model does: <c>ocr</c>, <c>text-detection</c>, <c>text-recognition</c>, <c>orientation</c>,
    /// <c>classification</c>, <c>detection</c>, <c>segmentation</c>, <c>embedding</c>, <c>attributes</c>, <c>analysis</c>
    /// (several heads).
    /// </summary>
    public required string Task { get; init; }

    /// <summary>File name, <c>.onnx</c> or <c>.safetensors</c>; empty for a model that only joins <see cref="Parts"/>.</summary>
    public string File { get; init => field = value ?? ""; } = "";

    /// <summary>Size of the file in bytes; 0 when not known.</summary>
    public long Bytes { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; empty when not known.</summary>
    public string Sha256 { get; init => field = value ?? ""; } = "";

    /// <summary>SPDX license of the weights.</summary>
    public string License { get; init => field = value ?? ""; } = "";

    /// <summary>One sentence for lists.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the file ships with the project.</summary>
    public bool Ships { get; init; }

    /// <summary>Addresses from which the file can be downloaded; empty where the file must be copied manually.</summary>
    public IReadOnlyList<string> Sources { get; init => field = value ?? []; } = [];

    /// <summary>Other models by role (<c>detector</c>, <c>recognizer</c>, ...), for a model that joins several.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; init => field = value ?? field; } = new Dictionary<string, string>();

    /// <summary>How an image becomes the input.</summary>
    public Preprocess? Preprocess { get; init; }

    /// <summary>Class names in output order; empty where <see cref="LabelFile"/> or the ONNX metadata holds them.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>File beside the model with one label or dictionary key per line.</summary>
    public string LabelFile { get; init => field = value ?? ""; } = "";

    /// <summary>The network in code that <c>.safetensors</c> weights fill; null for finished ONNX files.</summary>
    public JsonElement? Network { get; init; }

    /// <summary>How the weights were trained and what they reached, for people and programs; nothing depends on it.</summary>
    public JsonElement? Training { get; init; }

    /// <summary>Postprocessing values of the task (thresholds and the like); the task's project defines their names.</summary>
    public JsonElement? Settings { get; init; }
}
