using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>An output with one vector an image: [N, D], or [N, D, 1, 1].</summary>
/// <param name="Index">Its position among the outputs.</param>
/// <param name="Length">D.</param>
internal readonly record struct VectorOutput(int Index, int Length)
{
    /// <summary>Chooses the vector output that is named, else the one that the manifest's settings name, else the only one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">Name from the caller; null leaves it to the manifest.</param>
    /// <param name="setting">Key in the manifest's settings.</param>
    /// <param name="length">What D must be; null for any.</param>
    /// <exception cref="ModelFormatException">No output fits, or several do.</exception>
    public static VectorOutput Choose(ImageModel model, string? name, string setting, int? length = null)
    {
        name ??= Setting(model.Manifest, setting);
        var fitting = Enumerable.Range(0, model.Outputs.Count)
            .Where(i => name is null || model.Outputs[i].Name == name)
            .Select(i => new VectorOutput(i, LengthOf(model.Outputs[i])))
            .Where(o => o.Length > 0 && (length is null || o.Length == length))
            .ToList();
        if (fitting.Count == 1)
        {
            return fitting[0];
        }

        var d = length is null ? "D" : $"{length}";
        throw new ModelFormatException(
            model.Name,
            name is null ? $"one output [N,{d}]" : $"an output '{name}' [N,{d}]",
            string.Join(", ", model.Outputs.Select(o => $"{o.Name} {o.ShapeText}")));
    }

    /// <summary>A text among the manifest's settings; null where it is not there.</summary>
    public static string? Setting(ModelManifest manifest, string key) =>
        manifest.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static int LengthOf(TensorInfo output) => output.Shape switch
    {
        [_, > 0 and var d] => d,
        [_, > 0 and var d, 1, 1] => d,
        _ => 0,
    };
}
