using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MathNet.Numerics.LinearAlgebra;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime.Embedding;

namespace PPLCNet.Vision.Retrieval.Embedders;

/// <summary>
/// Centers vectors, turns them onto their principal axes, keeps the strongest and evens their variances out, then makes their
/// length 1: shorter vectors that often search better. Immutable and safe to share between threads.
/// </summary>
public sealed class PcaWhitening
{
    private const string MeanName = "whitening.mean";
    private const string AxesName = "whitening.axes";

    private readonly float[] _mean;
    private readonly float[] _axes; // [OutputDimensions, InputDimensions], each row scaled by its eigenvalue to the power -Power / 2

    private PcaWhitening(float[] mean, float[] axes)
    {
        _mean = mean;
        _axes = axes;
        var bytes = SHA256.HashData([.. MemoryMarshal.AsBytes<float>(mean), .. MemoryMarshal.AsBytes<float>(axes)]);
        Fingerprint = Convert.ToHexStringLower(bytes)[..8];
    }

    /// <summary>Length of the vectors that come in.</summary>
    public int InputDimensions => _mean.Length;

    /// <summary>Length of the vectors that go out.</summary>
    public int OutputDimensions => _axes.Length / _mean.Length;

    /// <summary>Tells this whitening from others.</summary>
    public string Fingerprint { get; }

    /// <summary>The fingerprint of a model's vectors after this whitening.</summary>
    public string Extend(string modelFingerprint) => $"{modelFingerprint}+{Fingerprint}";

    /// <summary>Learns from vectors.</summary>
    /// <param name="vectors">At least two, all of one length.</param>
    /// <param name="dimensions">Axes to keep, at most the length of a vector, and fewer than there are vectors.</param>
    /// <param name="power">1 makes all variances equal, 0 only turns; 0.5 is a good middle.</param>
    /// <exception cref="ArgumentException">There are fewer than two vectors, their lengths differ, or there are too many
    /// dimensions.</exception>
    public static PcaWhitening Fit(IReadOnlyList<ReadOnlyMemory<float>> vectors, int dimensions, double power = 0.5)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count < 2 || vectors.Any(v => v.Length != vectors[0].Length))
        {
            throw new ArgumentException($"Expected two vectors or more, all of one length; found {vectors.Count} of lengths {string.Join(", ", vectors.Select(v => v.Length).Distinct().Order())}.", nameof(vectors));
        }

        var width = vectors[0].Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (dimensions > Math.Min(width, vectors.Count - 1))
        {
            // N vectors span N - 1 directions around their mean; what a further axis would show is rounding, blown up to full
            // size.
            throw new ArgumentException(
                $"Expected at most {Math.Min(width, vectors.Count - 1)} dimensions, as {vectors.Count} vectors of {width} values have, found {dimensions}.", nameof(dimensions));
        }

        var data = Matrix<double>.Build.Dense(vectors.Count, width, (i, j) => vectors[i].Span[j]);
        var mean = data.ColumnSums() / vectors.Count;
        for (var i = 0; i < vectors.Count; i++)
        {
            data.SetRow(i, data.Row(i) - mean);
        }

        var eigen = (data.TransposeThisAndMultiply(data) / (vectors.Count - 1)).Evd(Symmetricity.Symmetric);
        var axes = new float[dimensions * width];
        for (var k = 0; k < dimensions; k++)
        {
            // Eigenvalues come in ascending order; directions without variance must not be blown up.
            var value = Math.Max(eigen.EigenValues[width - 1 - k].Real, 1e-12);
            var axis = eigen.EigenVectors.Column(width - 1 - k) * Math.Pow(value, -power / 2);
            for (var j = 0; j < width; j++)
            {
                axes[(k * width) + j] = (float)axis[j];
            }
        }

        return new PcaWhitening([.. mean.Select(m => (float)m)], axes);
    }

    /// <summary>The whitening of a gallery's vectors, which lies beside the gallery; null where they are as the network made
    /// them.</summary>
    /// <exception cref="ModelFormatException">The file is something else.</exception>
    public static PcaWhitening? OfGallery(string galleryPath) => GalleryWhitening.Find(galleryPath);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ModelFormatException">The file is another one.</exception>
    public static PcaWhitening Load(string path)
    {
        var set = Safetensors.Read(path);
        return set.TryGet(MeanName, out var mean) && set.TryGet(AxesName, out var axes)
            && axes.Shape is [> 0, var width] && mean.Shape is [var length] && width == length
            ? new PcaWhitening(mean.Values, axes.Values)
            : throw new ModelFormatException(
                path, $"'{AxesName}' [K, D] and '{MeanName}' [D]", string.Join(", ", set.Tensors.Select(t => $"{t.Key} {t.Value.ShapeText}")));
    }

    /// <summary>Writes a safetensors file; it appears whole or not at all.</summary>
    public void Save(string path)
    {
        var set = new WeightSet(path, new Dictionary<string, WeightTensor>
        {
            [MeanName] = new([InputDimensions], _mean),
            [AxesName] = new([OutputDimensions, InputDimensions], _axes),
        });
        AtomicFile.Write(path, overwrite: true, stream => Safetensors.Write(stream, set));
    }

    /// <summary>Whitens one vector.</summary>
    /// <returns>A vector of length 1 (of zeros where the input equals the mean).</returns>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public float[] Apply(ReadOnlySpan<float> vector)
    {
        if (vector.Length != InputDimensions)
        {
            throw new ArgumentException($"Expected {InputDimensions} values, found {vector.Length}.", nameof(vector));
        }

        var centred = new float[vector.Length];
        TensorPrimitives.Subtract(vector, _mean, centred);
        var result = new float[OutputDimensions];
        for (var k = 0; k < result.Length; k++)
        {
            result[k] = TensorPrimitives.Dot(centred, _axes.AsSpan(k * InputDimensions, InputDimensions));
        }

        UnitLength.Normalize(result);
        return result;
    }
}
