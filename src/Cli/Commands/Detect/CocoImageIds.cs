using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Commands.Detect;

/// <summary>COCO image ids of files: from a ground truth by file name, else the last digits of the name.</summary>
internal sealed partial class CocoImageIds
{
    private readonly Dictionary<string, long>? _byName;

    private CocoImageIds(Dictionary<string, long>? byName) => _byName = byName;

    /// <summary>Ids from digits alone.</summary>
    public static CocoImageIds FromDigits { get; } = new(null);

    /// <summary>Ids from a ground truth.</summary>
    /// <exception cref="DataFormatException">No COCO ground truth.</exception>
    public static CocoImageIds Read(string path)
    {
        try
        {
            using var stream = InputFile.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var ids = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var image in document.RootElement.GetProperty("images").EnumerateArray())
            {
                ids[Path.GetFileName(image.GetProperty("file_name").GetString()!)] = image.GetProperty("id").GetInt64();
            }

            return new CocoImageIds(ids);
        }
        catch (Exception e) when (ForeignData.IsFaultOfContent(e))
        {
            throw new DataFormatException($"'{path}': expected a COCO ground truth with images of id and file_name; {e.Message}", e);
        }
    }

    /// <summary>The id of a file.</summary>
    /// <exception cref="DataFormatException">The ground truth does not know it, or its name has no digits.</exception>
    public long Of(string path)
    {
        var name = Path.GetFileName(path);
        if (_byName is not null)
        {
            return _byName.TryGetValue(name, out var id)
                ? id
                : throw new DataFormatException($"'{path}': expected an image of the ground truth, found no file_name '{name}' there.");
        }

        return LastDigits().Match(Path.GetFileNameWithoutExtension(name)) is { Success: true } match
            && long.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new DataFormatException($"'{path}': expected an image id in the digits of the file name, found none; --gt GT.json gives ids by name.");
    }

    [GeneratedRegex("[0-9]+", RegexOptions.RightToLeft)]
    private static partial Regex LastDigits();
}
