using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>
/// A folder in which the programs of README run: the sample images, and COCO ground truth with perfect results.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WorkFolder()
    {
        var samples = Directory.CreateDirectory(_folder.File("samples")).FullName;
        foreach (var file in Directory.EnumerateFiles(RepositoryPaths.Samples))
        {
            File.Copy(file, System.IO.Path.Combine(samples, System.IO.Path.GetFileName(file)));
        }

        _folder.Write("instances.json", """
            {
              "images": [{ "id": 1, "width": 100, "height": 80, "file_name": "1.jpg" }],
              "categories": [{ "id": 3, "name": "cup" }],
              "annotations": [{ "id": 5, "image_id": 1, "category_id": 3, "bbox": [10, 20, 30, 40], "area": 1200, "iscrowd": 0 }]
            }
            """);
        _folder.Write("results.json", """[{ "image_id": 1, "category_id": 3, "bbox": [10, 20, 30, 40], "score": 0.9 }]""");
    }

    /// <summary>Path of the folder.</summary>
    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
