using Onnx;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Graph;

/// <summary>Two ONNX models run side by side.</summary>
internal static class ModelComparison
{
    /// <summary>Both models answer the same seeded input alike, within 1e-4 of the larger of 1 and the value.</summary>
    public static void AssertSame(ModelProto before, ModelProto after, int[]? shape = null)
    {
        using var a = OnnxModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(before), "before", new RuntimeOptions { Clean = false });
        using var b = OnnxModel.Load(Google.Protobuf.MessageExtensions.ToByteArray(after), "after", new RuntimeOptions { Clean = false });
        shape ??= [.. a.Inputs[0].Shape];
        using var input = InputTensor.Rent(a.Inputs[0].Name, [.. shape.Select(d => (long)d)]);
        SeededTensor.Uniform("cleaning", shape, -5, 5).CopyTo(input.Values);
        using var first = a.Run(input, TestContext.Current.CancellationToken);
        using var second = b.Run(input, TestContext.Current.CancellationToken);
        Assert.Equal(first.Count, second.Count);
        for (var i = 0; i < first.Count; i++)
        {
            Assert.Equal(first.Shape(i), second.Shape(i));
            var p = first.Floats(i);
            var q = second.Floats(i);
            for (var k = 0; k < p.Length; k++)
            {
                Assert.True(Math.Abs(p[k] - q[k]) <= 1e-4f * Math.Max(1, Math.Abs(p[k])), $"output {i}[{k}]: {p[k]} became {q[k]}");
            }
        }
    }
}
