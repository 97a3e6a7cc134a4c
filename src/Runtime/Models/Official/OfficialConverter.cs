using System.Numerics.Tensors;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Json;
using PPLCNet.Vision.Runtime.Models.Fetching;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// Makes a ready model of a published file: weights are renamed and held against the network in code, tensor by tensor;
/// graphs stay as they are. Labels, preprocessing and settings come from the table, a dictionary from the file.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class OfficialConverter(OfficialModel model)
{
    private const string Project = "head.distribution_project.project";

    /// <summary>Makes the model.</summary>
    /// <param name="file">The published file, or what was taken out of its archive.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="yml">What the <c>inference.yml</c> beside it says.</param>
    /// <param name="dictionary">The dictionary, where <see cref="NeedsDictionary"/> says so.</param>
    /// <exception cref="ModelFormatException">The file is no model, or not this one.</exception>
    public PulledModel Convert(byte[] file, string source, InferenceYml yml, IReadOnlyList<string> dictionary)
    {
        var form = FileForms.Of(file.AsSpan(0, Math.Min(file.Length, FileForms.HeadBytes)));
        return (form, model.Networks.Count > 0) switch
        {
            (FileForm.Paddle, true) => FromWeights(PaddleParams.Read(file, source, IsWanted)),
            (FileForm.Safetensors, true) => FromWeights(Safetensors.Read(file, source)),
            (FileForm.Onnx, _) => FromGraph(file, yml, dictionary),
            (FileForm.Paddle or FileForm.Safetensors, false) => throw new ModelFormatException(
                source, $"an ONNX file: '{model.Name}' is a network that is not in code", "weights"),
            _ => throw new ModelFormatException(
                source, "a .pdparams, .onnx, .safetensors, .zip or .tar file",
                FileForms.Describe(file.AsSpan(0, Math.Min(file.Length, FileForms.HeadBytes)))),
        };
    }

    /// <summary>Whether neither the graph nor the <c>inference.yml</c> brings the dictionary.</summary>
    public static bool NeedsDictionary(OfficialModel model, byte[] graph, InferenceYml yml) =>
        model.Dictionary.Count > 0 && yml.Characters.Count == 0
            && OnnxFile.ReadMetadata(graph, "character") is not { Length: > 0 };

    /// <summary>The training heads of feature networks are hundreds of megabytes that nothing reads.</summary>
    private bool IsWanted(string name) =>
        !CheckpointNames.IsTrainingState(name)
        && !(KindOf(model.Networks[0]) == "pp-shitu" && name.StartsWith("head.", StringComparison.Ordinal));

    private PulledModel FromWeights(WeightSet published)
    {
        var weights = CheckpointNames.Clean(published);
        weights = TransformersNames.Are(weights) ? TransformersNames.ToPaddle(weights) : weights;
        var network = model.Networks.FirstOrDefault(n => KeepsLastConv(n) == weights.TryGet("last_conv.weight", out _));
        network = network.ValueKind == JsonValueKind.Undefined ? model.Networks[0] : network;
        if (KindOf(network) is not ("picodet" or "pp-shitu") && weights.HasPrefix("backbone"))
        {
            weights = weights.Rename(n => n.StartsWith("backbone.", StringComparison.Ordinal) ? n["backbone.".Length..] : n);
        }

        var request = new NetworkRequest(model.Name, network) { Labels = model.Labels, Size = model.Preprocess?.Size.TensorSize };
        var scope = WeightScope.Of(weights);
        NetworkKinds.Default.Build(request, scope);
        var used = Used(weights, scope);
        CheckNumbers(used);
        using var converted = new MemoryStream();
        Safetensors.Write(converted, used);
        var rule = KindOf(network) == "picodet" ? PicoDetKind.ScoreRuleOf(request) : ScoreRule.Probability;
        var manifest = Manifest(".safetensors") with { Network = network.Clone(), Settings = WithRule(model.Settings, rule) };
        return PulledModel.Of(manifest, converted.ToArray());
    }

    private PulledModel FromGraph(byte[] file, InferenceYml yml, IReadOnlyList<string> dictionary)
    {
        IReadOnlyList<string> labels = model.Labels;
        if (model.Dictionary.Count > 0)
        {
            // A dictionary in the graph is read from there when the model is loaded.
            labels = yml.Characters.Count > 0 ? yml.Characters
                : NeedsDictionary(model, file, yml) ? dictionary
                : [];
        }

        var settings = model.Task == "text-detection" ? WithThresholds(model.Settings, yml.Thresholds) : model.Settings;
        return PulledModel.Of(Manifest(".onnx") with { Labels = labels, Settings = settings }, file);
    }

    private ModelManifest Manifest(string extension) => new()
    {
        Name = model.Name,
        Task = model.Task,
        File = model.Name + extension,
        License = model.License,
        Description = model.Figures.Count > 0 ? $"Official weights; published: {string.Join("; ", model.Figures)}."
            : "Official weights.",
        Preprocess = model.Preprocess,
        Labels = model.Labels,
    };

    private static WeightSet Used(WeightSet weights, WeightScope scope)
    {
        var used = scope.Taken.Select(t => KeyValuePair.Create(t.Key, weights.Tensors[t.Key]));
        if (weights.TryGet(Project, out var project))
        {
            // A moving average runs over these whole numbers too and leaves them a little off.
            used = used.Append(KeyValuePair.Create(
                Project, new WeightTensor(project.Shape, [.. Enumerable.Range(0, project.Values.Length).Select(i => (float)i)])));
        }

        return new WeightSet(weights.Source, used);
    }

    private static void CheckNumbers(WeightSet weights)
    {
        foreach (var (name, tensor) in weights.Tensors)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(tensor.Values))
            {
                throw new ModelFormatException(weights.Source, "weights that are finite numbers", $"others in '{name}'");
            }
        }
    }

    private static JsonElement? WithRule(JsonElement? settings, ScoreRule rule) => rule == ScoreRule.Probability
        ? settings
        : Extend(settings, json => json.WriteString("scoreRule", rule.ToString()), "scoreRule");

    private static JsonElement? WithThresholds(JsonElement? settings, IReadOnlyDictionary<string, double> thresholds) =>
        thresholds.Count == 0
        ? settings
        : Extend(
            settings,
            json =>
            {
                foreach (var (name, value) in thresholds)
                {
                    json.WriteNumber(name, value);
                }
            },
            [.. thresholds.Keys]);

    private static JsonElement Extend(JsonElement? settings, Action<Utf8JsonWriter> more, params string[] replaced) => JsonOutput.Object(json =>
    {
        foreach (var property in settings?.EnumerateObject().Where(p => !replaced.Contains(p.Name)) ?? [])
        {
            property.WriteTo(json);
        }

        more(json);
    });

    private static string KindOf(JsonElement network) => network.GetProperty("kind").GetString()!;

    private static bool KeepsLastConv(JsonElement network) =>
        !network.TryGetProperty("lastConv", out var value) || value.GetBoolean();
}
