using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Cli.Detect;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>
/// Writes files as they are published, with seeded values under the official names. Graphs whose network is not in code are
/// small stand-ins with the same inputs and outputs.
/// </summary>
internal static class PublishedFiles
{
    // Keys that text formats have to quote, and one that looks like a space.
    public static readonly string[] Dictionary = ["a", "b", "c", "1", "'", "\"", "#", ":", "-", "?", "\u3000", "é", "漢", "~", "{",
        "null"];

    /// <summary>The seeded tensors of a model's network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="network">Which of its networks.</param>
    public static List<(string Name, int[] Shape, float[] Values)> Tensors(OfficialModel model, int network = 0)
    {
        var scope = WeightScope.Random();
        var request = new NetworkRequest(model.Name, model.Networks[network]) { Labels = model.Labels,
            Size = model.Preprocess!.Size.TensorSize };
        NetworkKinds.Default.Build(request, scope);
        return [.. scope.Taken.Select(t => (t.Key, t.Value, SeededTensor.Weight(t.Key, t.Value, 1.4)))];
    }

    /// <summary>The checkpoint that a golden vector was made from: official keys, second names included.</summary>
    public static List<(string Name, int[] Shape, float[] Values)> Tensors(GoldenVector golden)
    {
        var weights = golden.Weights();
        return [.. golden.Keys.Select(k => (k.Key, k.Shape, k.Kind.StartsWith("alias=", StringComparison.Ordinal)
            ? weights[k.Kind["alias=".Length..]].Values
            : weights[k.Key].Values))];
    }

    /// <summary>A pickled checkpoint.</summary>
    public static byte[] Paddle(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        using var stream = new MemoryStream();
        PickledArrays.Write(stream, tensors, parameterNames: true);
        return stream.ToArray();
    }

    /// <summary>What training leaves in a checkpoint, in one of several ways.</summary>
    public static IEnumerable<(string Name, int[] Shape, float[] Values)> WithTraining(
        List<(string Name, int[] Shape, float[] Values)> tensors, int way) => (way % 4) switch
        {
            1 => tensors.Select(t => ("Student." + t.Name, t.Shape, t.Values))
                .Concat(tensors.Take(3).Select(t => ("Teacher." + t.Name, t.Shape, t.Values))),
            2 => tensors.Concat(tensors.Take(2).SelectMany((t, i) => new[]
            {
                ($"conv2d_{i}.w_0_velocity_0", t.Shape, t.Values), ($"conv2d_{i}.w_0_moment1_0", t.Shape, t.Values),
                ($"conv2d_{i}.w_0_beta1_pow_acc_0", new[] { 1 }, new[] { 0.9f }),
            })),
            3 => tensors.Select(t => ("ema_" + t.Name, t.Shape, t.Values))
                .Concat(tensors.Take(3).Select(t => (t.Name, t.Shape, t.Values.Select(v => v + 1).ToArray()))),
            _ => tensors,
        };

    /// <summary>The names of Hugging Face transformers.</summary>
    public static byte[] Transformers(List<(string Name, int[] Shape, float[] Values)> tensors)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(
            stream, new WeightSet("hf", tensors.Select(t => KeyValuePair.Create(ToTransformers(t.Name), t.Name == "fc.weight"
            ? new WeightTensor(t.Shape, t.Values).Transpose()
            : new WeightTensor(t.Shape, t.Values))).Append(KeyValuePair.Create(
                "encoder.convolution.normalization.num_batches_tracked", new WeightTensor([], [7])))));
        return stream.ToArray();
    }

    /// <summary>A network in code as its exported graph.</summary>
    public static byte[] Exported(OfficialModel model, IEnumerable<(string Name, int[] Shape, float[] Values)> tensors) =>
        NetworkKinds.Default.Build(
        new NetworkRequest(model.Name, model.Networks[0]) { Labels = model.Labels, Size = model.Preprocess!.Size.TensorSize },
        WeightScope.Of(new WeightSet(
            "seeded", tensors.Select(t => KeyValuePair.Create(t.Name, new WeightTensor(t.Shape, t.Values)))))).ToBytes();

    /// <summary>A detector as its exported graph with raw heads and finished scores.</summary>
    public static byte[] RawHeads(OfficialModel model, string variant)
    {
        var (width, height) = model.Preprocess!.Size.TensorSize!.Value;
        var spec = PicoDetSpec.Variants[variant] with { Classes = model.Labels.Count, Width = width, Height = height };
        return PicoDetNetwork.Build(spec, WeightScope.Random(3), PicoDetExport.Scores).ToBytes();
    }

    /// <summary>A text detector's stand-in: a map of probabilities in the size of the input.</summary>
    public static byte[] TextDetector()
    {
        var graph = new GraphBuilder("det");
        var weights = WeightScope.Random(5);
        var x = graph.Conv(graph.Input("x", -1, 3, -1, -1), weights.Sub("a"), new ConvSpec(8, 3) { Stride = 2, Bias = true },
            null, Activation.Relu);
        x = graph.Conv(x, weights.Sub("b"), new ConvSpec(1, 1) { Bias = true }, null, Activation.Sigmoid);
        graph.Output(graph.Upsample(x, 2), "fetch_name_0");
        return graph.ToBytes();
    }

    /// <summary>A recognizer's stand-in: probabilities of blank, keys and space for each column.</summary>
    /// <param name="withDictionary">Whether the metadata hold the dictionary.</param>
    public static byte[] Recognizer(bool withDictionary)
    {
        var graph = new GraphBuilder("rec");
        var weights = WeightScope.Random(7);
        var x = graph.AveragePool(graph.Input("x", -1, 3, 48, -1), (48, 8), (48, 8));
        x = graph.Conv(x, weights.Sub("a"), new ConvSpec(Dictionary.Length + 2, 1) { Bias = true });
        graph.Output(graph.Softmax(graph.Transpose(graph.Squeeze(x, 2), 0, 2, 1)), "fetch_name_0");
        var model = graph.ToModel();
        if (withDictionary)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = "character", Value = string.Join('\n', Dictionary) });
        }

        return model.ToByteArray();
    }

    /// <summary>An <c>inference.yml</c> as Paddle writes it.</summary>
    public static byte[] Yml(bool detection) => Encoding.UTF8.GetBytes(
        "mode: paddle\nGlobal:\n  model_name: x\nPreProcess:\n  transform_ops:\n  - DecodeImage:\n      channel_first: false\nPostProcess:\n"
        + (detection
            ? "  name: DBPostProcess\n  thresh: 0.2\n  box_thresh: 0.4\n  max_candidates: 1000\n  unclip_ratio: 1.4\n"
            : "  name: CTCLabelDecode\n  character_dict:\n" + string.Concat(
                Dictionary.Select(k => $"  - '{k.Replace("'", "''", StringComparison.Ordinal)}'\n"))));

    /// <summary>A dictionary file.</summary>
    public static byte[] DictionaryFile() => Encoding.UTF8.GetBytes(string.Join('\n', Dictionary) + "\n");

    /// <summary>A zip with these files.</summary>
    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A tar with these files.</summary>
    public static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return stream.ToArray();
    }

    private static string ToTransformers(string name)
    {
        var parts = name.Split('.');
        var last = parts[^1] switch { "_mean" => "running_mean", "_variance" => "running_var", var other => other };
        return parts switch
        {
            ["conv1", "conv", _] => $"encoder.convolution.convolution.{last}",
            ["conv1", "bn", _] => $"encoder.convolution.normalization.{last}",
            ["last_conv", _] => $"last_convolution.{last}",
            ["fc", _] => $"head.{last}",
            [var stage, var layer, var part, var kind, _] =>
                $"encoder.blocks.{int.Parse(stage["blocks".Length..]) - 2}.layers.{layer}." + (part, kind) switch
            {
                ("dw_conv", "conv") => "depthwise_convolution.convolution",
                ("dw_conv", _) => "depthwise_convolution.normalization",
                ("pw_conv", "conv") => "pointwise_convolution.convolution",
                ("pw_conv", _) => "pointwise_convolution.normalization",
                (_, "conv1") => "squeeze_excitation_module.convolutions.0",
                _ => "squeeze_excitation_module.convolutions.2",
            } + $".{last}",
            _ => throw new ArgumentException(name),
        };
    }
}
