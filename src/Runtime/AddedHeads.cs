using System.Text.Json;
using System.Text.Json.Nodes;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Runtime;

/// <summary>Joins linear probes to the model on whose backbone they were trained: one network, one pass.</summary>
internal static class AddedHeads
{
    private const string BackbonePrefix = "backbone.";

    /// <summary>A model in memory with the heads of the first and those of the others.</summary>
    /// <exception cref="ModelFormatException">A model has no such head, or another backbone or preprocessing.</exception>
    public static ModelFile Join(ModelFile model, IReadOnlyList<ModelFile> added)
    {
        var manifest = model.Manifest;
        _ = MultiHeadKind.HeadsOf(manifest.Name, manifest.Network);
        var network = JsonNode.Parse(manifest.Network!.Value.GetRawText())!.AsObject();
        var heads = network["heads"]!.AsObject();
        var weights = Read(model);
        var tensors = weights.Tensors.ToDictionary(t => t.Key, t => t.Value);
        foreach (var file in added)
        {
            var source = file.Path.Length > 0 ? file.Path : file.Manifest.Name;
            var probe = ProbeOf(file, source);
            RequireSamePass(manifest, file.Manifest, source);
            var own = Read(file);
            RequireSameBackbone(manifest.Name, weights, own, source);
            var name = NameOf(file);
            if (heads.ContainsKey(name) || tensors.Keys.Any(t => t.StartsWith($"added.{name}.", StringComparison.Ordinal)))
            {
                throw new ModelFormatException(source, $"a head with a name of its own beside {string.Join(", ", heads.Select(h => h.Key))}", $"'{name}'");
            }

            heads[name] = Settings(probe, file, name);
            foreach (var (tensor, value) in own.Tensors.Where(t => t.Key.StartsWith(probe.Prefix + ".", StringComparison.Ordinal)))
            {
                tensors[$"added.{name}{tensor[probe.Prefix.Length..]}"] = value;
            }
        }

        using var stream = new MemoryStream();
        Safetensors.Write(stream, new WeightSet(manifest.Name, tensors));
        using var document = JsonDocument.Parse(network.ToJsonString());
        var joined = manifest with { Network = document.RootElement.Clone(), Bytes = 0, Sha256 = "" };
        return ModelFile.FromBytes(stream.ToArray(), joined) with { LabelFolders = LabelFoldersOf(model) };
    }

    /// <summary>The folder of the model comes first, as its label file may lie there; a model in memory has none.</summary>
    private static IReadOnlyList<string> LabelFoldersOf(ModelFile model) =>
        model.Path.Length > 0 ? [Path.GetDirectoryName(Path.GetFullPath(model.Path))!, .. model.LabelFolders] : model.LabelFolders;

    private static string NameOf(ModelFile file) =>
        file.Path.Length > 0 ? Path.GetFileNameWithoutExtension(file.Path) : file.Manifest.Name;

    private static WeightSet Read(ModelFile file) => file.IsWeights
        ? Safetensors.Read(file.ReadAllBytes(), file.Manifest.Name)
        : throw new ModelFormatException(file.Manifest.Name, "a safetensors file, whose heads can be joined", "a finished graph");

    private static HeadRequest ProbeOf(ModelFile file, string source)
    {
        var heads = file.IsWeights && file.Manifest.Network is { ValueKind: JsonValueKind.Object } network && network.TryGetProperty("heads", out _)
            ? MultiHeadKind.HeadsOf(file.Manifest.Name, network)
            : [];
        return heads.FirstOrDefault(h => h.Kind == LinearProbeNetworkHead.Name)
            ?? throw new ModelFormatException(
                source, $"a model with a head of kind '{LinearProbeNetworkHead.Name}', as `pplcnet teach` writes it", $"one for {file.Manifest.Task} without such a head");
    }

    private static JsonObject Settings(HeadRequest probe, ModelFile file, string name)
    {
        var settings = JsonNode.Parse(probe.Settings.GetRawText())!.AsObject();
        settings["prefix"] = $"added.{name}";
        settings["added"] = true;
        settings["labels"] = new JsonArray([.. file.ReadLabels().Select(l => (JsonNode)JsonValue.Create(l)!)]);
        return settings;
    }

    private static void RequireSamePass(ModelManifest model, ModelManifest added, string source)
    {
        if (TextOf(model.Preprocess) is var expected && TextOf(added.Preprocess) is var found && expected != found)
        {
            throw new ModelFormatException(source, $"the preprocessing of '{model.Name}' ({expected})", found);
        }
    }

    private static string TextOf(Preprocess? preprocess) => JsonSerializer.Serialize(
        new ModelManifest { Name = "", Task = "", Preprocess = preprocess }, ModelJson.Default.ModelManifest).ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);

    private static void RequireSameBackbone(string name, WeightSet model, WeightSet added, string source)
    {
        var backbone = added.Tensors.Where(t => t.Key.StartsWith(BackbonePrefix, StringComparison.Ordinal)).ToList();
        var differing = backbone.Where(t => !model.TryGet(t.Key, out var own) || !own.Shape.SequenceEqual(t.Value.Shape)
            || !own.Values.AsSpan().SequenceEqual(t.Value.Values)).Select(t => t.Key).ToList();
        if (backbone.Count == 0 || differing.Count > 0)
        {
            throw new ModelFormatException(
                source,
                $"a head trained on the backbone of '{name}'",
                backbone.Count == 0 ? "no backbone" : $"another backbone: {differing.Count} of {backbone.Count} tensors differ, '{differing[0]}' first. Use it alone with `classify --model`, or teach it again on '{name}'");
        }
    }
}
