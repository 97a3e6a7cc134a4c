using System.Text.Json;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.MultiLabel;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

/// <summary>The ML-Decoder head against the same calculation in plain loops.</summary>
public sealed class MLDecoderTests
{
    private const int Width = 768, Heads = 8, Part = Width / Heads, Channels = 24, Classes = 5;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 2)]
    public void LogitsAreThoseOfPlainLoops(int height, int width, int batch)
    {
        var weights = WeightScope.Random(11);
        var graph = new GraphBuilder("ml");
        var x = graph.Input("x", -1, Channels, -1, -1);
        graph.Output(graph.AddMLDecoder(x, weights.Sub("fc"), Classes), "logits");
        using var model = OnnxModel.Load(graph.ToBytes(), "ml");
        using var input = InputTensor.Rent(batch, Channels, height, width);
        var random = new Random(5);
        for (var i = 0; i < input.Values.Length; i++)
        {
            input.Values[i] = random.NextSingle() - 0.5f;
        }

        var values = input.Values.ToArray();
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal([batch, Classes], outputs.Shape(0));
        var tensors = weights.Taken.ToDictionary(t => t.Key, t => RandomWeights.Make(t.Key, t.Value, 11).Values);
        for (var n = 0; n < batch; n++)
        {
            var expected = Plain(tensors, values.AsSpan(n * Channels * height * width, Channels * height * width), height * width);
            for (var c = 0; c < Classes; c++)
            {
                Assert.Equal(expected[c], outputs.Floats()[(n * Classes) + c], 1e-3);
            }
        }
    }

    [Fact]
    public void KindBuildsTheWholeNetworkUnderPaddlesNames()
    {
        using var network = JsonDocument.Parse("""{"kind": "pplcnet", "scale": 1.0, "head": "ml-decoder", "classes": 80}""");
        var weights = WeightScope.Random();
        NetworkKinds.Default.Build(new NetworkRequest("ml", network.RootElement), weights);
        var shapes = weights.Taken.ToDictionary(t => t.Key, t => WeightTensor.Text(t.Value));
        Assert.Equal("[1280,512,1,1]", shapes["last_conv.weight"]);
        Assert.Equal("[768,1280,1,1]", shapes["fc.input_proj.weight"]);
        Assert.Equal("[80,768]", shapes["fc.query_pos_embed.weight"]);
        Assert.Equal("[768,2048]", shapes["fc.decoder.layers.0.linear1.weight"]);
        Assert.Equal("[80,768,1,1]", shapes["fc.group_conv.weight"]);

        // 29.4 MiB are stated for the published inference file, in which the projection of the constant queries is folded.
        var folded = weights.Taken.Where(t => t.Key.Contains("q_proj", StringComparison.Ordinal)).Sum(t => t.Value.Aggregate(1L, (a, b) => a * b));
        Assert.Equal(29.4, (weights.Parameters + weights.Statistics - folded) * 4 / 1048576.0, 0.05);
    }

    private static double[] Plain(Dictionary<string, float[]> w, ReadOnlySpan<float> x, int cells)
    {
        var memory = new double[cells][];
        for (var p = 0; p < cells; p++)
        {
            memory[p] = new double[Width];
            for (var o = 0; o < Width; o++)
            {
                double sum = w["fc.input_proj.bias"][o];
                for (var c = 0; c < Channels; c++)
                {
                    sum += w["fc.input_proj.weight"][(o * Channels) + c] * x[(c * cells) + p];
                }

                memory[p][o] = Math.Max(0, sum);
            }
        }

        const string layer = "fc.decoder.layers.0.";
        var keys = memory.Select(m => Linear(m, w, layer + "cross_attn.k_proj")).ToArray();
        var looks = memory.Select(m => Linear(m, w, layer + "cross_attn.v_proj")).ToArray();
        var logits = new double[Classes];
        for (var c = 0; c < Classes; c++)
        {
            var query = Enumerable.Range(0, Width).Select(i => 2.0 * w["fc.query_pos_embed.weight"][(c * Width) + i]).ToArray();
            var first = Norm(query, w, layer + "norm1");
            var q = Linear(first, w, layer + "cross_attn.q_proj");
            var seen = new double[Width];
            for (var h = 0; h < Heads; h++)
            {
                var scores = keys.Select(k => Enumerable.Range(h * Part, Part).Sum(i => q[i] * k[i]) / Math.Sqrt(Part)).ToArray();
                var shares = scores.Select(s => Math.Exp(s - scores.Max())).ToArray();
                for (var i = h * Part; i < (h + 1) * Part; i++)
                {
                    seen[i] = looks.Zip(shares, (v, s) => v[i] * s).Sum() / shares.Sum();
                }
            }

            var second = Norm(Sum(first, Linear(seen, w, layer + "cross_attn.out_proj")), w, layer + "norm2");
            var hidden = Linear(second, w, layer + "linear1").Select(v => Math.Max(0, v)).ToArray();
            var third = Norm(Sum(second, Linear(hidden, w, layer + "linear2")), w, layer + "norm3");
            logits[c] = w["fc.group_conv.bias"][c] + third.Select((v, i) => v * w["fc.group_conv.weight"][(c * Width) + i]).Sum();
        }

        return logits;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p + q)];

    private static double[] Linear(double[] x, Dictionary<string, float[]> w, string name)
    {
        double[] y = [.. w[name + ".bias"].Select(b => (double)b)];
        for (var i = 0; i < x.Length; i++)
        {
            for (var o = 0; o < y.Length; o++)
            {
                y[o] += x[i] * w[name + ".weight"][(i * y.Length) + o];
            }
        }

        return y;
    }

    private static double[] Norm(double[] x, Dictionary<string, float[]> w, string name)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Select(v => (v - mean) * (v - mean)).Average() + 1e-5);
        return [.. x.Select((v, i) => ((v - mean) / deviation * w[name + ".weight"][i]) + w[name + ".bias"][i])];
    }
}
