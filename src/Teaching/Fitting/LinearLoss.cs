using System.Numerics.Tensors;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>
/// The weighted mean loss of a linear layer over features, plus half the strength times the squared weights (not biases):
/// cross entropy of a softmax, or of one sigmoid a label. Parameters are the weights [D, C] and then the biases [C].
/// </summary>
internal sealed class LinearLoss
{
    private const int BlockElements = 1 << 21;

    private readonly MatrixProducts _products;
    private readonly FeatureMatrix _features;
    private readonly Targets _targets;
    private readonly float[] _sampleWeights;
    private readonly double _totalWeight;
    private readonly int _blockRows;
    private readonly float[] _weights;
    private readonly float[] _block;
    private readonly float[] _partial;

    /// <summary>A loss over these rows; memory besides them is bounded.</summary>
    public LinearLoss(MatrixProducts products, FeatureMatrix features, Targets targets, float[] sampleWeights)
    {
        _products = products;
        _features = features;
        _targets = targets;
        _sampleWeights = sampleWeights;
        _totalWeight = TensorPrimitives.Sum<float>(sampleWeights);
        _blockRows = Math.Clamp(BlockElements / targets.Classes, 1, Math.Max(1, features.Count));
        _weights = new float[features.Width * targets.Classes];
        _partial = new float[_weights.Length];
        _block = new float[_blockRows * targets.Classes];
    }

    /// <summary>Factor of the squared weights.</summary>
    public double Strength { get; set; }

    /// <summary>Number of parameters.</summary>
    public int Parameters => _weights.Length + _targets.Classes;

    /// <summary>Value and gradient at a point.</summary>
    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (width, classes) = (_features.Width, _targets.Classes);
        var weights = point[..^classes];
        var bias = point[^classes..];
        TensorPrimitives.ConvertTruncating(weights, _weights.AsSpan());
        TensorPrimitives.Multiply(weights, Strength, gradient[..^classes]);
        gradient[^classes..].Clear();
        var loss = 0.0;
        for (var start = 0; start < _features.Count; start += _blockRows)
        {
            var count = Math.Min(_blockRows, _features.Count - start);
            var rows = _features.Values.AsMemory(start * width, count * width);
            var scores = _block.AsMemory(0, count * classes);
            _products.Forward(rows, _weights, width, scores);
            for (var i = 0; i < count; i++)
            {
                var row = scores.Span.Slice(i * classes, classes);
                for (var c = 0; c < classes; c++)
                {
                    row[c] += (float)bias[c];
                }

                var labels = _targets.Labels[start + i];
                loss += _sampleWeights[start + i] * (_targets.IsMultiLabel ? Sigmoid(row, labels) : Softmax(row, labels[0]));
                TensorPrimitives.Multiply(row, (float)(_sampleWeights[start + i] / _totalWeight), row);
                for (var c = 0; c < classes; c++)
                {
                    gradient[weights.Length + c] += row[c];
                }
            }

            _products.Backward(rows, scores, width, _partial);
            for (var j = 0; j < _partial.Length; j++)
            {
                gradient[j] += _partial[j];
            }
        }

        return (loss / _totalWeight) + (Strength / 2 * TensorPrimitives.SumOfSquares(weights));
    }

    /// <summary>Turns logits into probabilities minus truth, the loss's gradient; returns the loss.</summary>
    private static double Softmax(Span<float> row, int label)
    {
        var max = TensorPrimitives.Max<float>(row);
        var logit = row[label] - max;
        TensorPrimitives.Subtract(row, max, row);
        TensorPrimitives.Exp(row, row);
        var sum = TensorPrimitives.Sum<float>(row);
        TensorPrimitives.Divide(row, sum, row);
        row[label] -= 1;
        return Math.Log(sum) - logit;
    }

    private static double Sigmoid(Span<float> row, int[] labels)
    {
        var loss = 0.0;
        foreach (var label in labels)
        {
            loss -= row[label];
        }

        foreach (ref var value in row)
        {
            loss += Math.Max(value, 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)value)));
            value = (float)(1 / (1 + Math.Exp(-(double)value)));
        }

        foreach (var label in labels)
        {
            row[label] -= 1;
        }

        return loss;
    }
}
