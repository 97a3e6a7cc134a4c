using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>
/// The two matrix products of a linear layer, by ONNX Runtime, whose kernels fit the processor. Safe to share between threads.
/// </summary>
internal sealed class MatrixProducts : IDisposable
{
    private readonly InferenceSession _forward;
    private readonly InferenceSession _backward;

    /// <summary>Makes the sessions.</summary>
    /// <param name="threads">Threads of one product, at least 1.</param>
    public MatrixProducts(int threads)
    {
        _forward = Create(transpose: false, threads);
        _backward = Create(transpose: true, threads);
    }

    /// <summary>Rows times weights: [N, D] x [D, C].</summary>
    /// <param name="rows">N * D values.</param>
    /// <param name="weights">D * C values.</param>
    /// <param name="width">D.</param>
    /// <param name="result">Receives N * C values.</param>
    public void Forward(ReadOnlyMemory<float> rows, ReadOnlyMemory<float> weights, int width, Memory<float> result) => Run(
        _forward, rows, [rows.Length / width, width], weights, [width, weights.Length / width], result, [rows.Length / width, weights.Length / width]);

    /// <summary>Transposed rows times gradients: [N, D]^T x [N, C].</summary>
    /// <param name="rows">N * D values.</param>
    /// <param name="gradients">N * C values.</param>
    /// <param name="width">D.</param>
    /// <param name="result">Receives D * C values.</param>
    public void Backward(ReadOnlyMemory<float> rows, ReadOnlyMemory<float> gradients, int width, Memory<float> result)
    {
        var count = rows.Length / width;
        Run(_backward, rows, [count, width], gradients, [count, gradients.Length / count], result, [width, gradients.Length / count]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _forward.Dispose();
        _backward.Dispose();
    }

    private static void Run(
        InferenceSession session, ReadOnlyMemory<float> a, long[] aShape, ReadOnlyMemory<float> b, long[] bShape, Memory<float> result, long[] resultShape)
    {
        using var options = new RunOptions();
        using var left = Wrap(a, aShape);
        using var right = Wrap(b, bShape);
        using var product = Wrap(result, resultShape);
        session.Run(options, ["a", "b"], [left, right], ["c"], [product]);
    }

    private static OrtValue Wrap(ReadOnlyMemory<float> values, long[] shape) => OrtValue.CreateTensorValueFromMemory(
        OrtMemoryInfo.DefaultInstance, System.Runtime.InteropServices.MemoryMarshal.AsMemory(values), shape);

    private static InferenceSession Create(bool transpose, int threads)
    {
        var graph = new GraphBuilder("product");
        var (a, b) = (graph.Input("a", -1, -1), graph.Input("b", -1, -1));
        graph.Output(graph.Node("Gemm", [a, b], [-1, -1], GraphAttribute.Of("transA", transpose ? 1 : 0)), "c");
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return new InferenceSession(graph.ToBytes(), options);
    }
}
