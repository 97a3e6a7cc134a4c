using Google.Protobuf;
using Onnx;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Backbone.Runtime;

namespace PPLCNet.Vision.Tests.Backbone.Graph;

public sealed class GraphCleanerTests
{
    [Theory]
    [InlineData("swish")]
    [InlineData("swish, sixth first")]
    [InlineData("gate")]
    public void HardSwishInPiecesBecomesHardSigmoid(string form)
    {
        var before = Build(form);
        var after = GraphCleaner.Clean(before, "m");
        var operators = ModelProto.Parser.ParseFrom(after).Graph.Node.Select(n => n.OpType).ToList();
        Assert.Equal(form == "gate" ? ["HardSigmoid"] : ["HardSigmoid", "Mul"], operators);
        Assert.All(Run(before).Zip(Run(after)), p => Assert.Equal(p.First, p.Second, 1e-6f));
    }

    [Theory]
    [InlineData("other bound")]
    [InlineData("other x")]
    [InlineData("read elsewhere")]
    public void WhatOnlyLooksLikeItStays(string form)
    {
        var before = Build(form);
        Assert.Same(before, GraphCleaner.Clean(before, "m"));
    }

    [Fact]
    public void WeightsLeaveTheInputs()
    {
        var model = ModelProto.Parser.ParseFrom(Build("gate"));
        var plain = model.ToByteArray();
        foreach (var weight in model.Graph.Initializer)
        {
            model.Graph.Input.Add(new ValueInfoProto
            {
                Name = weight.Name,
                Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = weight.DataType, Shape = new TensorShapeProto() } },
            });
        }

        model.IrVersion = 3;
        var after = GraphCleaner.Clean(model.ToByteArray(), "m");
        Assert.Equal(["x"], ModelProto.Parser.ParseFrom(after).Graph.Input.Select(i => i.Name));
        Assert.Equal(Run(plain), Run(after), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void BytesThatAreNoModelAreAnError() =>
        Assert.Throws<ModelFormatException>(() => GraphCleaner.Clean([1, 2, 3, 255, 255], "m"));

    private static byte[] Build(string form)
    {
        var graph = new GraphBuilder("g");
        var x = graph.Input("x", 1, 64);
        var clip = graph.Node(
            "Clip", [graph.Add(x, graph.Constant(3f)), graph.Constant(0f), graph.Constant(form == "other bound" ? 5f : 6f)], x.Shape);
        var six = graph.Constant(6f);
        switch (form)
        {
            case "gate":
                graph.Output(graph.Div(clip, six), "y");
                break;
            case "swish, sixth first":
                graph.Output(graph.Mul(graph.Constant(1f / 6), graph.Mul(clip, x)), "y");
                break;
            case "other x":
                graph.Output(graph.Div(graph.Mul(graph.Sqrt(x), clip), six), "y");
                break;
            case "read elsewhere":
                graph.Output(graph.Div(graph.Mul(x, clip), six), "y");
                graph.Output(clip, "clip");
                break;
            default:
                graph.Output(graph.Div(graph.Mul(x, clip), six), "y");
                break;
        }

        return graph.ToBytes();
    }

    private static float[] Run(byte[] bytes)
    {
        using var model = OnnxModel.Load(bytes, "m");
        using var input = InputTensor.Rent(1, 64);
        for (var i = 0; i < 64; i++)
        {
            input.Values[i] = (i - 32) / 6f;
        }

        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        return outputs.Floats().ToArray();
    }
}
