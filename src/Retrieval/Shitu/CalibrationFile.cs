using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Galleries;

namespace PPLCNet.Vision.Retrieval.Shitu;

/// <summary>
/// What was learned from a gallery, kept beside it as <c>NAME.threshold</c> (JSON) until the gallery changes: learning searches
/// for thousands of items.
/// Without the file only time is lost; one that is corrupt, or belongs to another state of the gallery or to other
/// options, is ignored.
/// </summary>
internal static class CalibrationFile
{
    /// <summary>Where it lies.</summary>
    public static string PathOf(string galleryPath) => galleryPath + ".threshold";

    /// <summary>What was learned from this very state of the gallery with these options; null where nothing is kept.</summary>
    public static ThresholdCalibration? Find(Gallery gallery, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            var kept = JsonSerializer.Deserialize(InputFile.ReadAllBytes(PathOf(gallery.FilePath)), CalibrationJson.Default.KeptCalibration);
            return kept?.Key == KeyOf(gallery, options) ? kept.Calibration : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or DataFormatException)
        {
            return null;
        }
    }

    /// <summary>What is kept, or else learns and keeps it where the folder can be written.</summary>
    /// <exception cref="ArgumentException">As
    /// <see cref="ThresholdCalibration.FromAsync(Indexes.IVectorIndex, CalibrationOptions, CancellationToken)"/>.</exception>
    public static async Task<ThresholdCalibration> FindOrLearnAsync(Gallery gallery, CalibrationOptions options, CancellationToken cancellationToken = default)
    {
        // Strangers come from outside: whether they are the same as the last time, the gallery cannot tell.
        if (options?.Strangers.Count == 0 && Find(gallery, options) is { } kept)
        {
            return kept;
        }

        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(options);
        var key = KeyOf(gallery, options);
        var learnt = await ThresholdCalibration.FromAsync(gallery, options, cancellationToken).ConfigureAwait(false);
        if (options.Strangers.Count == 0 && key == KeyOf(gallery, options))
        {
            Keep(gallery, new KeptCalibration(key, learnt));
        }

        return learnt;
    }

    private static void Keep(Gallery gallery, KeptCalibration kept)
    {
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(kept, CalibrationJson.Default.KeptCalibration);
            AtomicFile.Write(PathOf(gallery.FilePath), overwrite: true, stream => stream.Write(json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that only may be read: learned again the next time.
        }
    }

    private static CalibrationKey KeyOf(Gallery gallery, CalibrationOptions options) =>
        new(gallery.State, options.FalseAcceptRate, options.LeastKnownRate, options.MaxItems);
}

/// <summary>What a calibration was learned from.</summary>
internal sealed record CalibrationKey(GalleryState Gallery, double FalseAcceptRate, double LeastKnownRate, int MaxItems);

/// <summary>The content of the file.</summary>
internal sealed record KeptCalibration(CalibrationKey Key, ThresholdCalibration Calibration);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeptCalibration))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
