using System.Text.Json;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>A model that its authors publish: where its files lie and what makes a ready model of them.</summary>
public sealed record OfficialModel
{
    /// <summary>Name that <c>models pull</c> and <c>--model</c> take.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What it does, as in <see cref="ModelManifest.Task"/>; <c>ocr</c> for one that joins <see cref="Parts"/>.
    /// </summary>
    public required string Task { get; init; }

    /// <summary>SPDX license of the repository that publishes it.</summary>
    public required string License { get; init; }

    /// <summary>Other official models by role, for one that joins several.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; init; } = new Dictionary<string, string>();

    /// <summary>The published files in the order in which they are tried: one is enough.</summary>
    internal IReadOnlyList<OfficialFile> Files { get; init; } = [];

    /// <summary>Published figures with their data sets.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>Documents that state the figures.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>
    /// Numbers that the network in code holds, batch-norm statistics included; 0 for a model that is published as a graph.
    /// </summary>
    public long Parameters { get; init; }

    /// <summary>
    /// The network in code that weights fill, with its settings; several where the file decides; empty for a graph.
    /// </summary>
    internal IReadOnlyList<JsonElement> Networks { get; init; } = [];

    /// <summary>How an image becomes the input.</summary>
    internal Preprocess? Preprocess { get; init; }

    /// <summary>Class names in output order; empty where the file or the dictionary holds them.</summary>
    internal IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Files with the dictionary, for files that bring none; any of them will do.</summary>
    internal IReadOnlyList<OfficialFile> Dictionary { get; init; } = [];

    /// <summary>Postprocessing values, without those that the network decides.</summary>
    internal JsonElement? Settings { get; init; }

    /// <summary>Bytes of the file that is tried first, or of the weights in code; 0 where neither is known.</summary>
    public long Bytes => Files switch
    {
        [{ Bytes: > 0 } first, ..] => first.Bytes,
        _ when Parameters > 0 => Parameters * sizeof(float),
        _ => Files.Select(f => f.Bytes).FirstOrDefault(b => b > 0),
    };
}
