using System.Numerics;
using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Evaluation.Ocr;

/// <summary>Results of another run, or of another program, to be evaluated.</summary>
internal sealed class OcrPredictions
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly string _path;

    private OcrPredictions(string path) => _path = path;

    /// <summary>Reads texts of lines: label lines, or JSON lines of <c>ocr --task rec</c>.</summary>
    /// <exception cref="DataFormatException">The file is neither.</exception>
    public static OcrPredictions ReadTexts(string path) => ForeignData.Read(path, "label lines or JSON lines of `ocr --task rec`", () => ReadFile(path));

    private static OcrPredictions ReadFile(string path)
    {
        var predictions = new OcrPredictions(path);
        if (!IsJson(path))
        {
            foreach (var line in LabelFile.Read(path))
            {
                predictions._texts[line.Path] = line.Text;
            }

            return predictions;
        }

        foreach (var (file, root) in JsonLines(path))
        {
            predictions._texts[file] = root.TryGetProperty("lines", out var lines)
                ? string.Concat(lines.EnumerateArray().Select(l => l.GetProperty("text").GetString()))
                : "";
        }

        return predictions;
    }

    /// <summary>
    /// Reads polygons with texts of images: a folder of ICDAR result files, or a file of JSON lines of <c>ocr</c>.
    /// </summary>
    /// <param name="path">Folder or file.</param>
    /// <param name="words">Whether the words of a line stand for it, where it has any.</param>
    /// <returns>Finds an image's polygons by its stem; none where the image has no result.</returns>
    public static Func<string, IReadOnlyList<TextPolygon>> ReadPolygons(string path, bool words)
    {
        if (Directory.Exists(path))
        {
            return stem => IcdarFile.Find(path, stem) is { } file ? IcdarFile.Read(file) : [];
        }

        var all = ForeignData.Read(path, "JSON lines of `ocr`, one an image", () => JsonLines(path).ToDictionary(
            l => Path.GetFileNameWithoutExtension(l.File),
            l => (IReadOnlyList<TextPolygon>)[.. Polygons(l.Root, words)]));
        return stem => all.GetValueOrDefault(stem, []);
    }

    /// <summary>The text of an image: by the path as written, else by its file name.</summary>
    /// <exception cref="DataFormatException">There is none.</exception>
    public string Find(string path)
    {
        if (_texts.TryGetValue(path, out var text))
        {
            return text;
        }

        var end = "/" + path;
        var name = Path.GetFileName(path);
        return _texts.FirstOrDefault(t => t.Key.EndsWith(end, StringComparison.Ordinal)).Value
            ?? _texts.GetValueOrDefault(name)
            ?? throw new DataFormatException($"'{_path}': expected a line for '{path}', found none.");
    }

    private static bool IsJson(string path) => Utf8File.ReadLines(path).FirstOrDefault()?.StartsWith('{') == true;

    private static IEnumerable<(string File, JsonElement Root)> JsonLines(string path)
    {
        foreach (var line in Utf8File.ReadLines(path).Where(l => l.Length > 0))
        {
            JsonElement root;
            try
            {
                using var document = JsonDocument.Parse(line);
                root = document.RootElement.Clone();
            }
            catch (JsonException e)
            {
                throw new DataFormatException($"'{path}': expected JSON lines of `ocr`; {e.Message}", e);
            }

            yield return root.TryGetProperty("file", out var file)
                ? (file.GetString()!, root)
                : throw new DataFormatException($"'{path}': expected objects with 'file', found '{(line.Length > 80 ? line[..80] : line)}'.");
        }
    }

    private static IEnumerable<TextPolygon> Polygons(JsonElement root, bool words)
    {
        if (!root.TryGetProperty("lines", out var lines))
        {
            yield break;
        }

        foreach (var line in lines.EnumerateArray())
        {
            if (words && line.TryGetProperty("words", out var pieces))
            {
                foreach (var piece in pieces.EnumerateArray())
                {
                    yield return Polygon(piece);
                }
            }
            else
            {
                yield return Polygon(line);
            }
        }
    }

    private static TextPolygon Polygon(JsonElement piece)
    {
        Vector2[] quad = [.. piece.GetProperty("quad").EnumerateArray().Select(p => new Vector2(p[0].GetSingle(), p[1].GetSingle()))];
        return quad.Length >= 3 && quad.All(p => float.IsFinite(p.X) && float.IsFinite(p.Y))
            ? new TextPolygon(quad, piece.GetProperty("text").GetString() ?? "")
            : throw new DataFormatException($"expected 'quad' of finite corners, found {piece.GetProperty("quad").GetRawText()}.");
    }
}
