using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;
using System.Numerics.Tensors;

namespace PPLCNet.Vision.Teaching.Figures;

/// <summary>Finds validation images that are nearly the same as training images: they flatter a head.</summary>
internal static class NearDuplicatePhotos
{
    /// <summary>
    /// The least cosine of standardized features. Copies in another size or coding reach .99, mirror images and shots of the
    /// same moment .95, different images of one thing seldom .9.
    /// </summary>
    private const float Least = 0.95f;

    private const int BlockElements = 1 << 22;

    /// <summary>The nearest training image of each validation image that has one so near, the nearest pairs first.</summary>
    /// <param name="products">The matrix products.</param>
    /// <param name="split">The images.</param>
    /// <param name="views">The views of each image, of which those that are there are the first; the mirror image is looked for where it is among them.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static IReadOnlyList<DuplicatePhoto> Find(
        MatrixProducts products, TeachingSplit split, IReadOnlyList<ImageView> views, CancellationToken cancellationToken)
    {
        var mirror = views.Take(split.Validation.Views).ToList().IndexOf(ImageView.Whole with { Mirror = true });
        int[] all = [.. Enumerable.Range(0, split.Training.Targets.Count)];
        var training = Transposed(split.Training.Whole(all).Normalized());
        var plain = split.ValidationWhole.Normalized();
        var mirrored = mirror >= 0
            ? split.Validation.Features.Take([.. Enumerable.Range(0, plain.Count).Select(i => (i * split.Validation.Views) + mirror)]).Normalized()
            : null;
        var found = new List<DuplicatePhoto>();
        var step = Math.Max(1, BlockElements / all.Length);
        for (var start = 0; start < plain.Count; start += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(start, Math.Min(step, plain.Count - start))];
            var (direct, other) = (Cosines(products, plain.Take(rows), training, all.Length), mirrored is null ? null : Cosines(products, mirrored.Take(rows), training, all.Length));
            for (var i = 0; i < rows.Length; i++)
            {
                var (best, isMirrored) = (TensorPrimitives.Max<float>(direct[i]), false);
                var at = TensorPrimitives.IndexOfMax<float>(direct[i]);
                if (other is not null && TensorPrimitives.Max<float>(other[i]) is var turned && turned > best)
                {
                    (best, isMirrored, at) = (turned, true, TensorPrimitives.IndexOfMax<float>(other[i]));
                }

                if (best >= Least)
                {
                    found.Add(new DuplicatePhoto(split.ValidationPhotos[rows[i]].Path, split.TrainingPhotos[at].Path, best, isMirrored));
                }
            }
        }

        return [.. found.OrderByDescending(d => d.Similarity).ThenBy(d => d.Path, StringComparer.Ordinal)];
    }

    private static FeatureMatrix Cosines(MatrixProducts products, FeatureMatrix rows, float[] columns, int count)
    {
        var cosines = new FeatureMatrix(count, new float[rows.Count * count]);
        products.Forward(rows.Values, columns, rows.Width, cosines.Values);
        return cosines;
    }

    private static float[] Transposed(FeatureMatrix rows)
    {
        var columns = new float[rows.Values.Length];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Width; j++)
            {
                columns[(j * rows.Count) + i] = rows[i][j];
            }
        }

        return columns;
    }
}
