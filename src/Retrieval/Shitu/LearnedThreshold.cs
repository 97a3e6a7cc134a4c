using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>The threshold that a gallery teaches, and what the user of a search should know of it.</summary>
/// <param name="Calibration">What was learned; null where the gallery has fewer than two labels.</param>
/// <param name="Notes">Sentences about what was learned just now; none where it was kept from an earlier time.</param>
internal sealed record LearnedThreshold(ThresholdCalibration? Calibration, IReadOnlyList<string> Notes)
{
    /// <summary>The threshold of a gallery that teaches none.</summary>
    public const float Unlearned = 0.5f;

    /// <summary>Whether a gallery has the two labels that learning needs.</summary>
    public static bool IsTaughtBy(Gallery gallery) => gallery.Items().Select(i => i.Label).Distinct().Take(2).Count() == 2;

    /// <summary>Learns from a gallery, or finds what was learned from it before.</summary>
    public static async Task<LearnedThreshold> OfAsync(Gallery gallery, CalibrationOptions options, CancellationToken cancellationToken = default)
    {
        if (!IsTaughtBy(gallery))
        {
            return new(null, [$"'{gallery.FilePath}' has fewer than two labels, so no threshold can be learnt: {Unlearned} is used."]);
        }

        var isKept = options.Strangers.Count == 0 && CalibrationFile.Find(gallery, options) is not null;
        var learned = await CalibrationFile.FindOrLearnAsync(gallery, options, cancellationToken).ConfigureAwait(false);
        return new(learned, isKept ? [] : [Describe(learned, options)]);
    }

    /// <summary>Embeds images that show what is not in the gallery; those that cannot be read are told and left out.</summary>
    /// <param name="paths">The images.</param>
    /// <param name="embedder">The embedder of the gallery.</param>
    /// <param name="unreadable">Told of each image that cannot be read.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static IReadOnlyList<ReadOnlyMemory<float>> EmbedStrangers(
        IEnumerable<string> paths, Embedder embedder, Action<string, Exception> unreadable, CancellationToken cancellationToken = default)
    {
        var vectors = new List<ReadOnlyMemory<float>>();
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                vectors.Add(embedder.Embed(path, null, cancellationToken));
            }
            catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
            {
                unreadable(path, e);
            }
        }

        return vectors;
    }

    private static string Describe(ThresholdCalibration learned, CalibrationOptions options)
    {
        var known = double.IsNaN(learned.TrueAcceptRate)
            ? "every label has one item, so what known things score is not known"
            : $"of the gallery's things {learned.TrueAcceptRate:P1} would pass by another of their label, {learned.RightRate:P1} named right";
        var strangers = options.Strangers.Count > 0 ? $"; of {options.Strangers.Count} strangers {learned.FalseAcceptRate:P1} would pass" : "";
        return $"threshold {learned.Threshold:0.0000}: {known}{strangers}";
    }
}
