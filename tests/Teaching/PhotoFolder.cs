using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Teaching;

/// <summary>Drawn photos in a folder per label: noise over one color, so that a head can tell the labels apart.</summary>
internal sealed class PhotoFolder : IDisposable
{
    private const int Side = 64;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder with the label folders.</summary>
    public string Path => Directory.CreateDirectory(_folder.File("photos")).FullName;

    /// <summary>A file beside it.</summary>
    public string Beside(string name) => _folder.File(name);

    /// <summary>Adds images of a color under a label.</summary>
    /// <returns>Their paths.</returns>
    public IReadOnlyList<string> Add(string label, (int B, int G, int R) color, int count, int seed = 1) =>
        [.. Enumerable.Range(0, count).Select(i => Write($"{label}/{seed}-{i:000}.png", color, (seed * 1000) + i))];

    /// <summary>Adds three labels that a head can tell apart.</summary>
    public PhotoFolder AddThree(int count)
    {
        Add("blue", (220, 60, 40), count, seed: 1);
        Add("green", (50, 200, 60), count, seed: 2);
        Add("red", (40, 50, 210), count, seed: 3);
        return this;
    }

    /// <summary>Adds one file with this content.</summary>
    public string AddFile(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, (int B, int G, int R) color, int seed)
    {
        var random = new Random(seed);
        var image = new PixelBuffer(Side, Side, PixelFormat.Bgr24);
        for (var y = 0; y < Side; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < Side; x++)
            {
                var noise = random.Next(-40, 41);
                row[3 * x] = (byte)Math.Clamp(color.B + noise, 0, 255);
                row[(3 * x) + 1] = (byte)Math.Clamp(color.G + noise, 0, 255);
                row[(3 * x) + 2] = (byte)Math.Clamp(color.R + noise, 0, 255);
            }
        }

        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        ImageFile.Write(path, image);
        return path;
    }
}
