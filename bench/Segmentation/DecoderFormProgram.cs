using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Bench.Segmentation;

/// <summary>
/// DeepLabV3+ on PP-LCNet x1.0 from tensor to label map, one thread, by the form of its decoder. Arguments: width, height,
/// rounds.
/// </summary>
internal static class DecoderFormProgram
{
    private const int Classes = 19;

    public static void Run(string[] args)
    {
        var width = args.Length > 0 ? int.Parse(args[0]) : 480;
        var height = args.Length > 1 ? int.Parse(args[1]) : 360;
        var rounds = args.Length > 2 ? int.Parse(args[2]) : 15;
        using var input = InputTensor.Rent(1, 3, height, width);
        var random = new Random(1);
        foreach (ref var value in input.Values)
        {
            value = (random.NextSingle() * 2) - 1;
        }

        var models = Enum.GetValues<DecoderForm>().Where(f => f != DecoderForm.Cheapest)
            .Select(form => (Name: form.ToString(), Model: Load(form, height, width, enlarge: false), Enlarged: false))
            .Prepend((Name: "as written, enlarged in the graph", Model: Load(DecoderForm.AsWritten, height, width, enlarge: true), Enlarged: true))
            .ToList();
        var labels = models.ConvertAll(_ => new byte[width * height]);
        var times = Stopwatches.InTurns(rounds, [.. models.Select((m, i) => (Action)(() => Label(m.Model, m.Enlarged, input, labels[i], height, width)))]);
        for (var i = 0; i < models.Count; i++)
        {
            var same = labels[i].Zip(labels[0]).Count(p => p.First == p.Second) / (double)labels[i].Length;
            Console.WriteLine(
                $"{width}x{height} {models[i].Name}: {times[i].Least:0.0} ms (median {times[i].Median:0.0}), "
                + $"{times[0].Least / times[i].Least:0.00}x by minimum, {times[0].Median / times[i].Median:0.00}x by median; {same:0.000%} of the labels equal the first");
            models[i].Model.Dispose();
        }
    }

    private static OnnxModel Load(DecoderForm form, int height, int width, bool enlarge)
    {
        var spec = new DeepLabV3PlusSpec { Classes = Classes, Decoder = form };
        var weights = WeightScope.Random(5);
        var graph = new GraphBuilder("deeplab");
        var image = new NetworkInput(height, width, 1).AddTo(graph);
        var features = graph.PPLCNet(image, weights.Sub("backbone"), spec.Backbone);
        var logits = graph.DeepLabV3PlusHead(features.Stride4, features.Stride32, weights.Sub("head"), spec).Logits;
        graph.Output(enlarge ? graph.ResizeLike(logits, image, ResizeMode.Bilinear) : logits, "logits");
        return OnnxModel.Load(graph.ToBytes(), form.ToString(), new RuntimeOptions { FixedShape = true });
    }

    private static void Label(OnnxModel model, bool enlarged, InputTensor input, byte[] labels, int height, int width)
    {
        using var outputs = model.Run(input);
        var logits = outputs.Floats();
        if (!enlarged)
        {
            var shape = outputs.Shape(0);
            var (rows, columns) = ((int)shape[2], (int)shape[3]);
            new LogitsDecoder(BilinearAxis.Create(columns, width), BilinearAxis.Create(rows, height))
                .ArgMax(new LogitsGrid(logits, Classes, rows, columns, Classes), labels);
            return;
        }

        var plane = height * width;
        for (var i = 0; i < plane; i++)
        {
            var (best, id) = (logits[i], 0);
            for (var c = 1; c < Classes; c++)
            {
                if (logits[(c * plane) + i] > best)
                {
                    (best, id) = (logits[(c * plane) + i], c);
                }
            }

            labels[i] = (byte)id;
        }
    }
}
