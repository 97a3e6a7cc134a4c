namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// Where the published files of one model wait until the model is in place: <c>downloads/NAME</c> in its folder.
/// </summary>
/// <param name="target">The folder of the model.</param>
/// <param name="model">Its name.</param>
internal sealed class DownloadFolder(string target, string model)
{
    private readonly string _path = System.IO.Path.Combine(System.IO.Path.GetFullPath(target), "downloads", model);

    /// <summary>The folder of the model.</summary>
    public string Target => target;

    /// <summary>The model's name.</summary>
    public string Model => model;

    /// <summary>The path of a file in it; the folder is there afterwards.</summary>
    public string PathOf(string file)
    {
        Directory.CreateDirectory(_path);
        return System.IO.Path.Combine(_path, file);
    }

    /// <summary>Deletes what is in it.</summary>
    public void Clear()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }

    /// <summary>Deletes the folder, and the one above, where they hold nothing.</summary>
    public void DeleteWhereEmpty()
    {
        foreach (var folder in (ReadOnlySpan<string>)[_path, System.IO.Path.GetDirectoryName(_path)!])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }
}
