using System.Numerics.Tensors;

namespace PPLCNet.Vision;

/// <summary>Vectors of Euclidean length 1.</summary>
internal static class UnitLength
{
    /// <summary>Divides a vector by its Euclidean length; a vector of zeros stays one.</summary>
    public static void Normalize(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }
}
