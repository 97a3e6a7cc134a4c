using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Teaching.Features;

namespace PPLCNet.Vision.Teaching.Data;

/// <summary>What was read of one image.</summary>
/// <param name="Photo">The image.</param>
/// <param name="Hash">SHA-256 of its bytes as text; of an image of a gallery, its id.</param>
/// <param name="Views">The features of its views, [views, D]; null where it could not be read.</param>
/// <param name="Error">Why not.</param>
internal sealed record PhotoFeatures(LabeledPhoto Photo, string Hash, float[]? Views, Exception? Error)
{
    /// <summary>Reads images and computes their features, several at a time; the answers are in the order of the images.</summary>
    /// <param name="photos">The images.</param>
    /// <param name="model">Computes the features.</param>
    /// <param name="views">The views of each image.</param>
    /// <param name="cache">Features that are known, and where new ones go; null for none.</param>
    /// <param name="workers">Images at a time.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static PhotoFeatures[] Read(
        IReadOnlyList<LabeledPhoto> photos, FeatureModel model, IReadOnlyList<ImageView> views, FeatureCache? cache,
        int workers, Action<int> progress, CancellationToken cancellationToken)
    {
        var results = new PhotoFeatures[photos.Count];
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        try
        {
            Parallel.For(0, photos.Count, options, i =>
            {
                results[i] = Read(photos[i], model, views, cache, cancellationToken);
                progress(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException e)
        {
            // Workers may fail of one cause at once; the first tells it.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return results;
    }

    private static PhotoFeatures Read(
        LabeledPhoto photo, FeatureModel model, IReadOnlyList<ImageView> views, FeatureCache? cache, CancellationToken cancellationToken)
    {
        byte[] hash;
        PixelBuffer image;
        try
        {
            var limit = ImageLimits.Default.MaxBytes;
            if (!InputFile.TryReadAllBytes(photo.Path, limit, out var bytes))
            {
                throw new ImageException(ImageFault.Limit, $"'{photo.Path}': expected at most {limit} bytes, found more.");
            }

            hash = SHA256.HashData(bytes);
            if (cache?.Find(hash) is { } known)
            {
                return new PhotoFeatures(photo, Convert.ToHexString(hash), known, null);
            }

            image = ImageFile.Decode(bytes, photo.Path);
        }
        catch (Exception e) when (e is ImageException or DataFormatException or IOException or UnauthorizedAccessException)
        {
            return new PhotoFeatures(photo, "", null, e);
        }

        var features = model.Extract(image, views, cancellationToken);
        cache?.Add(hash, features);
        return new PhotoFeatures(photo, Convert.ToHexString(hash), features, null);
    }
}
