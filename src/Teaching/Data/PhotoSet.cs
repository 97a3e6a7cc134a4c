using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Teaching.Data;

/// <summary>
/// The images that can be learned from: read, each once, and of one opinion about what they show. Immutable.
/// </summary>
/// <param name="Labels">The labels, in ordinal order.</param>
/// <param name="Photos">The images.</param>
/// <param name="Validation">The images of a validation of its own; null where a part of the others is to be held back.</param>
/// <param name="Failures">The images that are not among them.</param>
/// <param name="Notes">What is unusual, for people.</param>
internal sealed record PhotoSet(
    IReadOnlyList<string> Labels, IReadOnlyList<PhotoFeatures> Photos, IReadOnlyList<PhotoFeatures>? Validation,
    IReadOnlyList<TeachingFailure> Failures, IReadOnlyList<string> Notes)
{
    /// <summary>Sorts out what was read.</summary>
    /// <param name="data">Where it comes from.</param>
    /// <param name="photos">The images to learn from.</param>
    /// <param name="validation">The images to validate with.</param>
    /// <exception cref="DataFormatException">Too little is left to learn from.</exception>
    public static PhotoSet Of(TeachingData data, IReadOnlyList<PhotoFeatures> photos, IReadOnlyList<PhotoFeatures>? validation)
    {
        var failures = data.Failures.ToList();
        var notes = data.Notes.ToList();
        var kept = Once(photos, failures, notes);
        (data with { Photos = [.. kept.Select(p => p.Photo)], Failures = failures }).Require();
        var labels = kept.SelectMany(p => p.Photo.Labels).Distinct().Order(StringComparer.Ordinal).ToList();
        if (data.Labels.Except(labels).ToList() is { Count: > 0 } lost)
        {
            notes.Add($"labels without a usable image, which the head will not know: {string.Join(", ", lost.Select(l => $"'{l}'"))}");
        }

        var always = data.IsMultiLabel ? labels.Where(l => kept.TrueForAll(p => p.Photo.Labels.Contains(l))).ToList() : [];
        if (always.Count > 0)
        {
            notes.Add($"labels that every image has, which the head will say of everything: {string.Join(", ", always.Select(l => $"'{l}'"))}");
        }

        if (validation is null)
        {
            return new PhotoSet(labels, kept, null, failures, notes);
        }

        var known = labels.ToHashSet(StringComparer.Ordinal);
        var learned = kept.Select(p => p.Hash).ToHashSet(StringComparer.Ordinal);
        var read = Once(validation, failures, notes);
        var held = read.Where(p => !learned.Contains(p.Hash) && p.Photo.Labels.All(known.Contains)).ToList();
        if (read.Count - held.Count is > 0 and var dropped)
        {
            notes.Add($"{dropped} {(dropped == 1 ? "image" : "images")} for validation left out: copies of training images, or of labels without a usable training image");
        }

        return held.Count > 0
            ? new PhotoSet(labels, kept, held, failures, notes)
            : throw new DataFormatException($"'{data.Source}': expected readable images for validation that are not among the training images, found none.");
    }

    /// <summary>The labels of images as numbers.</summary>
    public Targets TargetsOf(IReadOnlyList<PhotoFeatures> photos, bool isMultiLabel)
    {
        var ids = Labels.Select((label, id) => (label, id)).ToDictionary(l => l.label, l => l.id, StringComparer.Ordinal);
        return new Targets([.. photos.Select(p => p.Photo.Labels.Select(l => ids[l]).ToArray())], Labels.Count, isMultiLabel);
    }

    /// <summary>Some of the images' features as rows, all views of each.</summary>
    public static FeatureMatrix RowsOf(IReadOnlyList<PhotoFeatures> photos, int width)
    {
        var values = new float[photos.Sum(p => (long)p.Views!.Length)];
        var at = 0;
        foreach (var photo in photos)
        {
            photo.Views!.CopyTo(values, at);
            at += photo.Views!.Length;
        }

        return new FeatureMatrix(width, values);
    }

    /// <summary>Each readable image once; the same bytes under two labels are a contradiction, and no image of them is kept.</summary>
    private static List<PhotoFeatures> Once(IReadOnlyList<PhotoFeatures> photos, List<TeachingFailure> failures, List<string> notes)
    {
        var kept = new List<PhotoFeatures>();
        var copies = 0;
        failures.AddRange(photos.Where(p => p.Error is not null).Select(p => new TeachingFailure(p.Photo.Path, p.Error!)));
        var contradictory = new HashSet<string>(StringComparer.Ordinal);
        var first = new Dictionary<string, PhotoFeatures>(StringComparer.Ordinal);
        foreach (var photo in photos.Where(p => p.Error is null))
        {
            if (first.TryAdd(photo.Hash, photo))
            {
                kept.Add(photo);
            }
            else if (first[photo.Hash].Photo is var other && other.Labels.SequenceEqual(photo.Photo.Labels))
            {
                copies++;
            }
            else
            {
                contradictory.Add(photo.Hash);
                failures.Add(new TeachingFailure(photo.Photo.Path, new DataFormatException(
                    $"'{photo.Photo.Path}': expected one label for an image, found the same image as {other.LabelText} in '{other.Path}' and as {photo.Photo.LabelText}; neither is learned from.")));
            }
        }

        if (copies > 0)
        {
            notes.Add(copies == 1 ? "1 exact copy of an image, which counts once" : $"{copies} exact copies of images, which count once");
        }

        kept.RemoveAll(p => contradictory.Contains(p.Hash));
        return kept;
    }
}
