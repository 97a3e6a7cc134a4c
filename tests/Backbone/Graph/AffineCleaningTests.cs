using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Graph.Cleaning;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Graph;

public class AffineCleaningTests
{
    public static TheoryData<string, string[]> Forms => new()
    {
        { "conv * 3", ["Conv"] },
        { "conv + 2", ["Conv"] },
        { "3 * conv + 2", ["Conv"] },
        { "conv with bias, 3 * conv + 2", ["Conv"] },
        { "conv(3 * x)", ["Conv"] },
        { "padded conv(3 * x)", ["Conv"] },
        { "conv(3 * x + 2)", ["Conv"] },
        { "conv with bias, conv(3 * x + 2)", ["Conv"] },
        { "padded conv(3 * x + 2)", ["Add", "Conv"] },
        { "padded conv(x + 2)", ["Add", "Conv"] },
        { "padded conv(0 * x + 2)", ["Mul", "Add", "Conv"] },
        { "conv is an output", ["Conv", "Mul"] },
        { "factor by channel", ["Conv", "Mul"] },
        { "conv, hswish, 3 * x + 2, depthwise", ["Conv", "HardSigmoid", "Mul", "Add", "Conv"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Products_and_sums_with_one_constant_fold_as_far_as_they_can(string form, string[] expected)
    {
        var model = Build(form).ToModel();
        var before = model.Clone();
        OnnxCleaner.Clean(model);
        Assert.Equal(expected, model.Graph.Node.Select(n => n.OpType));
        ModelComparison.AssertSame(before, model);
    }

    [Theory]
    [InlineData(11, new[] { "MatMul", "Squeeze" })]
    [InlineData(13, new[] { "MatMul", "Squeeze" })]
    [InlineData(10, new[] { "MatMul" })]
    public void A_product_with_a_vector_becomes_one_with_a_matrix(int opset, string[] expected)
    {
        var g = new GraphBuilder("vector");
        var x = g.Input("x", 2, 30, 8);
        g.Output(g.Node("MatMul", [x, g.Constant("k", [8], [0f, 1, 2, 3, 4, 5, 6, 7])], [2, 30]), "y");
        var model = g.ToModel();
        model.OpsetImport[0].Version = opset;
        var before = model.Clone();
        OnnxCleaner.Clean(model);
        Assert.Equal(expected, model.Graph.Node.Select(n => n.OpType));
        ModelComparison.AssertSame(before, model);
    }

    private static GraphBuilder Build(string form)
    {
        var g = new GraphBuilder("form");
        var x = g.Input("x", 1, 4, 7, 6);
        var (three, two) = (g.Constant(3f), g.Constant(2f));
        GraphTensor Conv(GraphTensor t, int kernel = 1, int groups = 1, bool bias = false) =>
            g.Conv(t, WeightScope.Random().Sub($"conv{kernel}{groups}"), new ConvSpec(4, kernel) { Groups = groups, Bias = bias });
        switch (form)
        {
            case "conv * 3": g.Output(g.Mul(Conv(x, 3), three), "y"); break;
            case "conv + 2": g.Output(g.Add(Conv(x, 3), two), "y"); break;
            case "3 * conv + 2": g.Output(g.Add(g.Mul(three, Conv(x, 3)), two), "y"); break;
            case "conv with bias, 3 * conv + 2": g.Output(g.Add(g.Mul(three, Conv(x, bias: true)), two), "y"); break;
            case "conv(3 * x)": g.Output(Conv(g.Mul(x, three)), "y"); break;
            case "padded conv(3 * x)": g.Output(Conv(g.Mul(x, three), 3), "y"); break;
            case "conv(3 * x + 2)": g.Output(Conv(g.Add(g.Mul(x, three), two)), "y"); break;
            case "conv with bias, conv(3 * x + 2)": g.Output(Conv(g.Add(g.Mul(x, three), two), bias: true), "y"); break;
            case "padded conv(3 * x + 2)": g.Output(Conv(g.Add(g.Mul(x, three), two), 3), "y"); break;
            case "padded conv(x + 2)": g.Output(Conv(g.Add(x, two), 3), "y"); break;
            case "padded conv(0 * x + 2)": g.Output(Conv(g.Add(g.Mul(x, g.Constant(0f)), two), 3), "y"); break;
            case "conv is an output":
                var conv = Conv(x);
                g.Output(conv, "z");
                g.Output(g.Mul(conv, three), "y");
                break;
            case "factor by channel": g.Output(g.Mul(Conv(x), g.Constant("k", [4, 1, 1], [1f, 2, 3, 4])), "y"); break;
            case "conv, hswish, 3 * x + 2, depthwise":
                var active = g.Activate(g.Mul(Conv(x), three), Activation.HardSwish);
                g.Output(Conv(g.Add(g.Mul(active, three), two), 3, 4), "y");
                break;
            default: throw new ArgumentOutOfRangeException(nameof(form), form, null);
        }

        return g;
    }
}
