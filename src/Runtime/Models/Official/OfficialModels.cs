using System.Text.Json;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// The models that <see cref="OfficialPuller"/> knows by name: published by the authors of PP-LCNet, PicoDet, PP-ShiTu and
/// PP-OCR, and by those who convert them. Immutable and safe to share between threads.
/// </summary>
public static class OfficialModels
{
    private static readonly Lazy<IReadOnlyList<OfficialModel>> _all = new(Load);
    private static readonly Lazy<Dictionary<string, OfficialModel>> _byName =
        new(() => All.ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Every model, in the order of the table.</summary>
    public static IReadOnlyList<OfficialModel> All => _all.Value;

    /// <summary>The model of this name, case ignored; null where there is none.</summary>
    public static OfficialModel? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.Value.GetValueOrDefault(name);
    }

    private static OfficialModel[] Load()
    {
        using var table = Open("official.json");
        using var classes = new StreamReader(Open("imagenet_classes.txt"));
        string[] imageNet = [.. classes.ReadToEnd().Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)];
        return [.. JsonSerializer.Deserialize(table, OfficialTableJson.Default.OfficialTable)!.ToModels(imageNet)];
    }

    private static Stream Open(string name) => typeof(OfficialModels).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"'{name}' is not embedded in this build.");
}
