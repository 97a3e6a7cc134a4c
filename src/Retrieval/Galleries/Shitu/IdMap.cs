using System.Globalization;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>What an id map says of an id: PaddleClas keeps the image's path and the label, PaddleX the label alone.</summary>
internal readonly record struct IdEntry(string? Path, string Label)
{
    /// <summary>
    /// Splits a line of a label file: at the first tab, or where there is none, at the space after an image's extension, or
    /// at the first. PaddleClas knows no quotes. Labels keep their spaces.
    /// </summary>
    public static IdEntry OfLine(string line)
    {
        var at = line.IndexOf('\t', StringComparison.Ordinal);
        at = at < 0 ? LabelList.PathEnd(line) ?? line.IndexOf(' ', StringComparison.Ordinal) : at;
        return at < 0 ? new IdEntry(null, line) : new IdEntry(line[..at], line[(at + 1)..]);
    }
}

/// <summary>
/// Reads the id maps of PP-ShiTu: <c>id_map.pkl</c>, <c>id_map.txt</c> (id, space, label) and PaddleX's <c>id_map.yaml</c>.
/// </summary>
internal static class IdMap
{
    private static readonly string[] _names = ["id_map.pkl", "id_map.txt", "id_map.yaml", "id_map.yml"];

    /// <summary>The map in a folder.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string folder) => _names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"'{folder}': expected {string.Join(", ", _names)}, found none of them.", folder);

    /// <summary>Reads a map by the form that its name says.</summary>
    /// <exception cref="DataFormatException">The text does not have this form.</exception>
    public static Dictionary<long, IdEntry> Read(string path) => ForeignData.Read(path, "an id map", () => ReadByName(path));

    private static Dictionary<long, IdEntry> ReadByName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pkl" => PickledIdMap.Read(InputFile.ReadAllBytes(path), path).ToDictionary(p => p.Key, p => IdEntry.OfLine(p.Value)),
        ".yaml" or ".yml" => YamlIdMap.Read(Utf8File.ReadLines(path), path).ToDictionary(p => p.Key, p => new IdEntry(null, p.Value)),
        _ => ReadText(path),
    };

    private static Dictionary<long, IdEntry> ReadText(string path)
    {
        var map = new Dictionary<long, IdEntry>();
        var number = 0;
        foreach (var line in Utf8File.ReadLines(path))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var at = line.AsSpan().IndexOfAny(' ', '\t');
            if (at < 0 || !long.TryParse(line.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                throw new DataFormatException($"'{path}' line {number}: expected an id and a label, found '{line}'.");
            }

            if (!map.TryAdd(id, new IdEntry(null, line[(at + 1)..])))
            {
                throw new DataFormatException($"'{path}' line {number}: id {id} occurs twice.");
            }
        }

        return map;
    }
}
