using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;

namespace PPLCNet.Vision.Backbone.Graph.Cleaning;

/// <summary>Constant kernel [out, in / groups, ...] and bias [out] of a convolution in a finished graph. Immutable.</summary>
internal sealed class ConvWeights
{
    private readonly long[] _shape;
    private readonly float[] _kernel;
    private readonly float[]? _bias;

    private ConvWeights(long[] shape, float[] kernel, float[]? bias)
    {
        _shape = shape;
        _kernel = kernel;
        _bias = bias;
    }

    /// <summary>Reads the weights of a convolution; null where they are not constants of floats.</summary>
    public static ConvWeights? Read(GraphIndex index, NodeProto conv)
    {
        var kernel = index.Floats(conv.Input[1], out var shape);
        var hasBias = conv.Input.Count > 2 && conv.Input[2].Length > 0;
        var bias = hasBias ? index.Floats(conv.Input[2], out _) : null;
        return kernel is null || shape.Count < 3 || shape[0] == 0 || (hasBias && bias?.Length != shape[0])
            ? null
            : new ConvWeights([.. shape], kernel, bias);
    }

    /// <summary>Kernel and, unless told otherwise, bias times a number.</summary>
    public ConvWeights Scale(float factor, bool bias = true) =>
        new(_shape, [.. _kernel.Select(k => k * factor)], bias && _bias is not null ? [.. _bias.Select(b => b * factor)] : _bias);

    /// <summary>Adds a number to every output.</summary>
    public ConvWeights Shift(float offset) =>
        new(_shape, _kernel, [.. Enumerable.Range(0, (int)_shape[0]).Select(c => (_bias?[c] ?? 0) + offset)]);

    /// <summary>Adds what a number on every input, padding included, adds to the outputs.</summary>
    public ConvWeights ShiftInput(float offset)
    {
        var run = _kernel.Length / (int)_shape[0];
        return new(_shape, _kernel, [.. Enumerable.Range(0, (int)_shape[0]).Select(c =>
            (float)((_bias?[c] ?? 0) + (offset * _kernel.Skip(c * run).Take(run).Sum(k => (double)k))))]);
    }

    /// <summary>Folds the batch norm that follows: see <see cref="FoldedConv.Fold(BatchNorm)"/>.</summary>
    public ConvWeights? Fold(BatchNorm norm)
    {
        if (norm.Factor.Length != _shape[0])
        {
            return null;
        }

        var folded = FoldedConv.Of([.. _shape.Select(d => (int)d)], _kernel, _bias).Fold(norm);
        return new(_shape, folded.Kernel, folded.Bias);
    }

    /// <summary>Gives a convolution these weights, as constants whose names begin with <paramref name="name"/>.</summary>
    public void Write(GraphProto graph, NodeProto conv, string name)
    {
        conv.Input[1] = Add(graph, $"{name}/folded.weight", _shape, _kernel);
        if (_bias is not null)
        {
            while (conv.Input.Count < 3)
            {
                conv.Input.Add("");
            }

            conv.Input[2] = Add(graph, $"{name}/folded.bias", [_shape[0]], _bias);
        }
    }

    /// <summary>Adds a constant of floats to a graph, in place of an earlier one of that name.</summary>
    public static string Add(GraphProto graph, string name, IEnumerable<long> shape, float[] values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
        tensor.Dims.AddRange(shape);
        if (graph.Initializer.FirstOrDefault(i => i.Name == name) is { } earlier)
        {
            graph.Initializer.Remove(earlier);
        }

        graph.Initializer.Add(tensor);
        return name;
    }
}
