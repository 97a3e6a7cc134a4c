namespace PPLCNet.Vision.Evaluation.Coco.Images;

/// <summary>Files of a truth's images below a folder.</summary>
internal static class CocoImageFiles
{
    /// <summary>The file of an image, which need not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="image">The image; its name may have Windows' separators.</param>
    /// <exception cref="DataFormatException">The truth does not name it, or its name leads out of the folder.</exception>
    public static string Find(string folder, CocoImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.FileName.Length == 0)
        {
            throw new DataFormatException(
                $"image {image.IdText ?? $"{image.Id}"}: expected a file_name in the truth, found none.");
        }

        var path = Inside(folder, image.FileName);
        return image.FileName.Contains('\\', StringComparison.Ordinal) && !File.Exists(path)
            ? Inside(folder, image.FileName.Replace('\\', '/'))
            : path;
    }

    // A truth comes from others; it does not get to choose which files of this machine are read.
    private static string Inside(string folder, string name)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(root, StringComparison.Ordinal) || root.Length == 1
            ? path
            : throw new DataFormatException($"'{name}': expected a file_name below '{folder}', found one that leads elsewhere.");
    }
}
