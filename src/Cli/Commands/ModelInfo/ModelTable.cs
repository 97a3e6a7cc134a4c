using System.Globalization;
using PPLCNet.Vision.Backbone.Graph;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands.ModelInfo;

/// <summary>What <c>model info</c> knows about one network.</summary>
/// <param name="Name">Name or path as given.</param>
/// <param name="Input">Shape that the sizes are for.</param>
/// <param name="Layers">Layers with weights.</param>
/// <param name="Parameters">Trainable elements; of a finished file, all stored floats.</param>
/// <param name="Statistics">Batch-norm statistics; null where the file does not tell them from the rest.</param>
internal sealed record ModelTable(string Name, string Input, IReadOnlyList<LayerInfo> Layers, long Parameters, long? Statistics)
{
    /// <summary>Multiply-adds for one image.</summary>
    public long Macs => Layers.Sum(l => l.Macs ?? 0);

    /// <summary>Prints a table for people.</summary>
    public void Print()
    {
        var table = Terminal.Table("layer", "kind", "output", "parameters", "MACs");
        table.Columns[3].RightAligned();
        table.Columns[4].RightAligned();
        foreach (var layer in Layers)
        {
            table.AddRow(
                new Text(layer.Name),
                new Text(layer.Kind),
                new Text(string.Join('x', layer.Output)),
                new Text(Number(layer.Parameters)),
                new Text(Number(layer.Macs ?? 0)));
        }

        Terminal.Out.Write(table);
        Terminal.Line($"{Name}, input {Input}");
        Terminal.Line(Statistics is { } statistics
            ? $"parameters {Number(Parameters)}, batch-norm statistics {Number(statistics)}, together {Number(Parameters + statistics)}"
            : $"stored floats {Number(Parameters)}");
        Terminal.Line($"MACs {Number(Macs)}");
    }

    /// <summary>Prints one JSON object a line: the layers, then the totals.</summary>
    public void PrintJson()
    {
        foreach (var layer in Layers)
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

        JsonLine.WriteOut(json =>
        {
            json.WriteString("name", Name);
            json.WriteString("input", Input);
            json.WriteNumber("parameters", Parameters);
            if (Statistics is { } statistics)
            {
                json.WriteNumber("statistics", statistics);
            }

            json.WriteNumber("macs", Macs);
        });
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
