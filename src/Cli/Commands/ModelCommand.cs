using System.CommandLine;
using System.CommandLine.Parsing;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Cli.Commands.ModelInfo;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary>
/// <c>pplcnet model info NAME</c>: layer table, parameters and multiply-adds of a network in code, a named model or an ONNX
/// file.
/// </summary>
internal sealed class ModelCommand : ICliCommand
{
    private static readonly Hw _imageNet = 224;

    /// <inheritdoc/>
    public Command Create()
    {
        var info = new Command("info", "Layer table, parameters and multiply-adds.");
        var name = new Argument<string>("NAME")
        {
            Description = $"A network in code ({string.Join(", ", NamedNetworks.Names)}), a model of the catalogue, or the path of an ONNX file.",
        };
        var size = new Option<Hw?>("--size")
        {
            Description = "Input size HxW where it is not fixed; 224x224, or what the model's manifest says.",
            CustomParser = ParseSize,
        };
        var json = new Option<bool>("--json") { Description = "JSON lines: the layers, then the totals." };
        info.Arguments.Add(name);
        info.Options.Add(size);
        info.Options.Add(json);
        info.SetAction(parse =>
        {
            var table = Read(parse.GetValue(name)!, parse.GetValue(size));
            if (parse.GetValue(json))
            {
                table.PrintJson();
            }
            else
            {
                table.Print();
            }

            return ExitCode.Ok;
        });
        var group = new Command("model", "One model: info.");
        group.Subcommands.Add(info);
        return group;
    }

    private static ModelTable Read(string name, Hw? size)
    {
        var (height, width) = size ?? _imageNet;
        var weights = WeightScope.Random();
        if (NamedNetworks.Build(name, weights, new NetworkInput(height, width, 1)) is { } graph)
        {
            return new ModelTable(name, $"1x3x{height}x{width}", graph.Layers, weights.Parameters, weights.Statistics);
        }

        var (bytes, wanted) = Load(name);
        var actual = size ?? wanted ?? _imageNet;
        var stored = OnnxWeights.Read(bytes, name).Tensors.Values.Sum(t => (long)t.Values.Length);
        return new ModelTable(name, $"1x3x{actual.H}x{actual.W} where it is open", OnnxLayers.Read(bytes, name, actual), stored, null);
    }

    private static (byte[] Bytes, Hw? Size) Load(string name)
    {
        // A file needs no manifest to be counted.
        if (File.Exists(name) && name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return (InputFile.ReadAllBytes(name), null);
        }

        var file = ModelCatalog.Default.Find(name);
        var size = file.Manifest.Preprocess?.Size.TensorSize;
        return (ModelGraph.Bytes(file), size is var (width, height) ? new Hw(height, width) : null);
    }

    private static Hw? ParseSize(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('x');
        if (parts.Length == 2 && int.TryParse(parts[0], out var height) && int.TryParse(parts[1], out var width) && height > 0 && width > 0)
        {
            return new Hw(height, width);
        }

        result.AddError($"--size takes HxW, for example 224x224, not '{result.Tokens[0].Value}'.");
        return null;
    }
}
