using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Graph.Cleaning;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Graph;

public class CleaningTests
{
    public static TheoryData<string, string[]> Forms => new()
    {
        { "x * clip(x + 3) / 6", ["HardSigmoid", "Mul"] },
        { "clip(3 + x) * x * (1/6)", ["HardSigmoid", "Mul"] },
        { "clip(x + 3) / 6", ["HardSigmoid"] },
        { "x * (clip(x + 3) / 6)", ["HardSigmoid", "Mul"] },
        { "clip(0.2 x + 0.4, 0, 1)", ["HardSigmoid"] },
        { "x + 2", ["Add", "Clip", "Mul", "Div"] },
        { "y * clip", ["Add", "Clip", "Mul", "Div"] },
        { "clip is an output", ["Add", "Clip", "Div"] },
        { "clip read twice", ["Add", "Clip", "Mul", "Div", "Add"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Spelled_out_activations_become_one_operator_and_give_the_same_values(string form, string[] expected)
    {
        var model = Build(form).ToModel();
        var before = model.Clone();
        OnnxCleaner.Clean(model);
        Assert.Equal(expected, model.Graph.Node.Select(n => n.OpType));
        ModelComparison.AssertSame(before, model);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void A_batch_norm_folds_into_the_convolution_that_only_it_reads(bool readTwice, int nodes)
    {
        var graph = new GraphBuilder("norm");
        var x = graph.Input("x", 1, 3, 6, 6);
        var weights = WeightScope.Random();
        var conv = graph.Conv(x, weights.Sub("conv"), new ConvSpec(4, 3));
        var norm = graph.Node(
            "BatchNormalization",
            [conv, .. new[] { "weight", "bias", "_mean", "_variance" }.Select(n => graph.Constant(weights.Sub("bn"), n, 4))],
            conv.Shape,
            GraphAttribute.Of("epsilon", 1e-3f));
        graph.Output(norm, "y");
        if (readTwice)
        {
            graph.Output(conv, "z");
        }

        var model = graph.ToModel();
        var before = model.Clone();
        OnnxCleaner.Clean(model);
        Assert.Equal(nodes, model.Graph.Node.Count);
        ModelComparison.AssertSame(before, model);
    }

    [Fact]
    public void Weights_leave_the_inputs_of_old_graphs()
    {
        var model = Build("x * clip(x + 3) / 6").ToModel();
        model.IrVersion = 3;
        model.Graph.Input.AddRange(model.Graph.Initializer.Select(i => new ValueInfoProto
        {
            Name = i.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = i.DataType, Shape = new TensorShapeProto() } },
        }));
        OnnxCleaner.Clean(model);
        Assert.Equal("x", Assert.Single(model.Graph.Input, i => i.Name == "x").Name);
        Assert.DoesNotContain(model.Graph.Input, i => model.Graph.Initializer.Any(w => w.Name == i.Name));
        Assert.True(model.IrVersion >= 4);
        Assert.Contains(model.Graph.Node, n => n.OpType == "HardSigmoid");
    }

    [Fact]
    public void What_is_not_understood_or_clean_already_comes_back_as_the_same_array()
    {
        byte[] noise = [1, 2, 3, 4, 5];
        Assert.Same(noise, OnnxCleaner.Clean(noise));
        var graph = new GraphBuilder("clean");
        graph.Output(graph.Activate(graph.Input("x", 1, 4), Activation.HardSwish), "y");
        var clean = graph.ToBytes();
        Assert.Same(clean, OnnxCleaner.Clean(clean));
    }

    [Theory]
    [InlineData("ch_PP-OCRv4_det_infer.onnx", 64, 96)]
    [InlineData("PP-OCRv6_det_tiny.onnx", 64, 96)]
    [InlineData("PP-OCRv6_rec_tiny.onnx", 48, 160)]
    [InlineData("ch_ppocr_mobile_v2.0_cls_mobile.onnx", 48, 192)]
    [InlineData("PP-LCNet_x1_0_doc_ori.onnx", 224, 224)]
    [InlineData("picodet_lcnet_x1_0_layout_cdla.onnx", 800, 608)]
    public void Shipped_models_give_the_same_results(string file, int height, int width)
    {
        var bytes = File.ReadAllBytes(Path.Combine(RepositoryPaths.Models, file));
        ModelComparison.AssertSame(ModelProto.Parser.ParseFrom(bytes), ModelProto.Parser.ParseFrom(OnnxCleaner.Clean(bytes)), [1, 3, height, width]);
    }

    private static GraphBuilder Build(string form)
    {
        var g = new GraphBuilder("form");
        var x = g.Input("x", 2, 50);
        GraphTensor Clip(GraphTensor t, float high) => g.Node("Clip", [t, g.Constant(0f), g.Constant(high)], t.Shape);
        var six = g.Constant(6f);
        var clip = Clip(g.Add(x, g.Constant(3f)), 6);
        switch (form)
        {
            case "x * clip(x + 3) / 6": g.Output(g.Div(g.Mul(x, clip), six), "y"); break;
            case "clip(3 + x) * x * (1/6)":
                g.Output(g.Mul(g.Constant(1f / 6), g.Mul(Clip(g.Add(g.Constant(3f), x), 6), x)), "y");
                break;
            case "clip(x + 3) / 6": g.Output(g.Div(clip, six), "y"); break;
            case "x * (clip(x + 3) / 6)": g.Output(g.Mul(x, g.Div(clip, six)), "y"); break;
            case "clip(0.2 x + 0.4, 0, 1)": g.Output(Clip(g.Add(g.Mul(x, g.Constant(0.2f)), g.Constant(0.4f)), 1), "y"); break;
            case "x + 2": g.Output(g.Div(g.Mul(x, Clip(g.Add(x, g.Constant(2f)), 6)), six), "y"); break;
            case "y * clip": g.Output(g.Div(g.Mul(g.Constant("k", [50], new float[50]), clip), six), "y"); break;
            case "clip is an output":
                g.Output(clip, "y");
                g.Output(g.Div(clip, six), "z");
                break;
            case "clip read twice": g.Output(g.Add(g.Div(g.Mul(x, clip), six), clip), "y"); break;
            default: throw new ArgumentOutOfRangeException(nameof(form), form, null);
        }

        return g;
    }
}
