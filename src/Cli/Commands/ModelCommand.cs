using System.Globalization;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Runtime.Models;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary>
/// <c>pplcnet model info NAME</c>: layer table, parameters and multiply-adds of a network in code, a named model or an ONNX
/// file.
/// </summary>
internal static class ModelCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var info = new Command("info", "Layer table, parameters and multiply-adds.");
        var name = info.Argument<string>(
            "NAME", $"A network in code ({string.Join(", ", NamedNetworks.Names)}), a model of the catalogue, or the path of an ONNX file.");
        var size = info.Flag<Hw?>("--size", "Input size HxW where it is not fixed; 224x224, or what the model's manifest says.");
        var json = info.Switch("--json", "JSON lines: the layers, then the totals.");
        size.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Split('x') is [var h, var w] && int.TryParse(h, out var height) && int.TryParse(w, out var width) && height > 0 && width > 0)
            {
                return new Hw(height, width);
            }

            result.AddError($"--size takes HxW, for example 224x224, not '{text}'.");
            return null;
        };
        info.Does(parse =>
        {
            var table = LayerTable.Read(parse.GetValue(name)!, parse.GetValue(size));
            (parse.GetValue(json) ? (Action<LayerTable>)PrintJson : Print)(table);
        });
        return new Command("model", "One model: info.").With(info);
    }

    private static void Print(LayerTable network)
    {
        var table = Terminal.Table("layer", "kind", "output", "parameters", "MACs");
        table.Columns[3].RightAligned();
        table.Columns[4].RightAligned();
        foreach (var layer in network.Layers)
        {
            Terminal.Row(table, layer.Name, layer.Kind, string.Join('x', layer.Output), Number(layer.Parameters), Number(layer.Macs ?? 0));
        }

        Terminal.Out.Write(table);
        Terminal.Line($"{network.Name}, input {network.Input}");
        Terminal.Line(network.Statistics is { } statistics
            ? $"parameters {Number(network.Parameters)}, batch-norm statistics {Number(statistics)}, together {Number(network.Parameters + statistics)}"
            : $"stored floats {Number(network.Parameters)}");
        Terminal.Line($"MACs {Number(network.Macs)}");
    }

    private static void PrintJson(LayerTable network)
    {
        foreach (var layer in network.Layers)
        {
            JsonLine.WriteOut(json =>
            {
                json.WriteString("layer", layer.Name);
                json.WriteString("kind", layer.Kind);
                json.WriteStartArray("output");
                foreach (var dimension in layer.Output)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteNumber("parameters", layer.Parameters);
                json.WriteNumber("macs", layer.Macs ?? 0);
            });
        }

        (string, object?)[] statistics = network.Statistics is { } count ? [("statistics", count)] : [];
        JsonLine.WriteOut(
            [("name", network.Name), ("input", network.Input), ("parameters", network.Parameters), .. statistics, ("macs", network.Macs)]);
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
