using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>The JSON of <c>models/official.json</c>: what many models share stands once, under a name.</summary>
internal sealed class OfficialTable
{
    public int Version { get; set; }

    public string License { get; set; } = "";

    public Dictionary<string, string> Bases { get; set; } = [];

    public Dictionary<string, string> Repositories { get; set; } = [];

    public Dictionary<string, Preprocess> Preprocess { get; set; } = [];

    public Dictionary<string, string[]> Labels { get; set; } = [];

    public Dictionary<string, JsonElement> Settings { get; set; } = [];

    public Dictionary<string, JsonElement[]> Dictionaries { get; set; } = [];

    public OfficialRow[] Models { get; set; } = [];

    /// <summary>Joins the rows with what they share.</summary>
    public IEnumerable<OfficialModel> ToModels(IReadOnlyList<string> imageNet) => Models.Select(row => new OfficialModel
    {
        Name = row.Name,
        Task = row.Task,
        License = License,
        Parts = row.Parts,
        Files = [.. row.Files.Select(ToFile)],
        Figures = row.Figures,
        Sources = [.. row.Source.Select(Written)],
        Parameters = row.Parameters,
        Networks = row.Networks,
        Preprocess = row.Preprocess is null ? null : Preprocess[row.Preprocess],
        Labels = row.Labels switch { null => [], "imagenet-1000" => imageNet, var set => Labels[set] },
        Dictionary = row.Dictionary is null ? [] : [.. Dictionaries[row.Dictionary].Select(ToFile)],
        Settings = row.Settings is null ? null : Settings[row.Settings],
    });

    private OfficialFile ToFile(JsonElement file)
    {
        if (file.ValueKind == JsonValueKind.String)
        {
            return new OfficialFile(Address(file.GetString()!));
        }

        var row = file.Deserialize(OfficialTableJson.Default.OfficialFileRow)!;
        return new OfficialFile(Address(row.At), row.Sha256, row.Bytes) { Yml = row.Yml };
    }

    /// <summary><c>base:rest</c>, where the base is one of the table's; other addresses stand in full.</summary>
    private string Address(string at) =>
        at.Split(':', 2) is [var name, var rest] && Bases.TryGetValue(name, out var start) ? start + rest : at;

    private string Written(string source) =>
        source.Split(':', 2) is [var name, var rest] && Repositories.TryGetValue(name, out var repository)
            ? $"{repository}: {rest}" : source;
}

/// <summary>One model of the table.</summary>
internal sealed class OfficialRow
{
    public string Name { get; set; } = "";

    public string Task { get; set; } = "";

    public JsonElement[] Networks { get; set; } = [];

    public long Parameters { get; set; }

    public string? Preprocess { get; set; }

    public string? Labels { get; set; }

    public string? Dictionary { get; set; }

    public string? Settings { get; set; }

    public Dictionary<string, string> Parts { get; set; } = [];

    public JsonElement[] Files { get; set; } = [];

    public string[] Figures { get; set; } = [];

    public string[] Source { get; set; } = [];
}

/// <summary>A file of the table of which more than its address is known.</summary>
internal sealed class OfficialFileRow
{
    public string At { get; set; } = "";

    public string Sha256 { get; set; } = "";

    public long Bytes { get; set; }

    public string? Yml { get; set; }
}

/// <summary>Source-generated JSON of the table; a key that is not known is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(OfficialTable))]
[JsonSerializable(typeof(OfficialFileRow))]
internal sealed partial class OfficialTableJson : JsonSerializerContext;
