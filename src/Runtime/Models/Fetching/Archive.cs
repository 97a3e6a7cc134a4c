using System.Formats.Tar;
using System.IO.Compression;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>
/// Takes a model out of a zip or tar archive, in memory: nothing is written to disk, links are not followed, and sizes are
/// bounded before memory is taken. An archive with a name that leads out of it is refused whole.
/// </summary>
internal static class Archive
{
    // Numbers of a network hardly shrink; what grows more than this is no file of weights.
    private const int MaxRatio = 50;
    private const long RatioFree = 1 << 20;

    private static readonly string[] _models = [".pdparams", ".onnx", ".safetensors"];

    /// <summary>Reads the one model of an archive and the <c>inference.yml</c> beside it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="form">Zip or tar.</param>
    /// <param name="maxBytes">Most bytes of one file in it.</param>
    /// <exception cref="ModelFormatException">It is damaged or dangerous, or holds no model or several.</exception>
    public static ArchivedModel Read(string path, FileForm form, long maxBytes) =>
        ForeignData.ReadModel(path, "an archive with a model", () =>
        {
            using var stream = InputFile.OpenRead(path, 1 << 16);
            return form == FileForm.Zip ? ReadZip(stream, path, maxBytes) : ReadTar(stream, path, maxBytes);
        });

    private static ArchivedModel ReadZip(Stream stream, string path, long maxBytes)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var entries = zip.Entries.Where(e => !e.FullName.EndsWith('/')).ToList();
        var checks = new NameCheck(path);
        zip.Entries.ToList().ForEach(e => checks.Add(e.FullName));
        foreach (var entry in entries.Where(
            e => e.Length > RatioFree && e.Length / MaxRatio > Math.Min(e.CompressedLength, stream.Length)))
        {
            throw new ModelFormatException(path, $"files that shrink at most {MaxRatio} times",
                $"'{entry.FullName}' of {entry.Length} bytes in {entry.CompressedLength}");
        }

        var (model, yml) = Choose([.. entries.Select(e => e.FullName)], path);
        return new ArchivedModel(model, Take(model)!, yml is null ? null : Take(yml));

        byte[] Take(string name)
        {
            var entry = entries.First(e => e.FullName == name);
            using var content = entry.Open();
            return ReadAll(content, entry.Length, maxBytes, path, name);
        }
    }

    private static ArchivedModel ReadTar(Stream stream, string path, long maxBytes)
    {
        var checks = new NameCheck(path);
        var files = new List<string>();
        Walk((entry, _) =>
        {
            checks.Add(entry.Name);
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                files.Add(entry.Name);
            }
        });
        var (model, yml) = Choose(files, path);
        byte[]? modelBytes = null, ymlBytes = null;
        var most = Math.Min(maxBytes, stream.Length); // a header may say anything
        Walk((entry, content) =>
        {
            modelBytes = entry.Name == model ? ReadAll(content, entry.Length, most, path, model) : modelBytes;
            ymlBytes = entry.Name == yml ? ReadAll(content, entry.Length, most, path, yml!) : ymlBytes;
        });
        return new ArchivedModel(model, modelBytes!, ymlBytes);

        void Walk(Action<TarEntry, Stream> visit)
        {
            stream.Position = 0;
            using var reader = new TarReader(stream, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                visit(entry, entry.DataStream ?? Stream.Null);
            }
        }
    }

    private static (string Model, string? Yml) Choose(List<string> names, string path)
    {
        var models = names.Where(
            n => _models.Contains(Path.GetExtension(n).ToLowerInvariant()) && !Path.GetFileName(n).StartsWith('.')).ToList();
        if (models.Count > 1)
        {
            // A folder of a training holds the last state too.
            var best = models.Where(n => Path.GetFileName(n) is "best_accuracy.pdparams" or "model.pdparams" or "inference.onnx")
                .ToList();
            models = best.Count > 0 ? best : models;
        }

        var listed = string.Join(", ", names.Take(8)) + (names.Count > 8 ? $" and {names.Count - 8} more" : "");
        return models switch
        {
            [var model] => (model, names.FirstOrDefault(
                n => Path.GetFileName(n) == "inference.yml" && Path.GetDirectoryName(n) == Path.GetDirectoryName(model))),
            [] when names.Exists(n => n.EndsWith(".pdiparams", StringComparison.Ordinal)) => throw new ModelFormatException(
                path, "a .pdparams, .onnx or .safetensors file in the archive",
                $"Paddle's inference format, which cannot be read: {listed}"),
            [] => throw new ModelFormatException(
                path, "a .pdparams, .onnx or .safetensors file in the archive", names.Count == 0 ? "no files" : listed),
            _ => throw new ModelFormatException(path, "one model in the archive", string.Join(", ", models)),
        };
    }

    private static byte[] ReadAll(Stream content, long length, long maxBytes, string path, string name)
    {
        if (length > maxBytes)
        {
            throw new ModelFormatException(path, $"at most {maxBytes} bytes in '{name}'", $"{length}");
        }

        var bytes = new byte[length];
        content.ReadExactly(bytes);
        return content.ReadByte() < 0 ? bytes
            : throw new ModelFormatException(path, $"{length} bytes in '{name}', as its entry says", "more");
    }
}

/// <summary>Looks at the names in an archive, one after the other.</summary>
internal sealed class NameCheck(string path)
{
    private const int MaxEntries = 10_000;
    private int _count;

    /// <summary>Checks one more name.</summary>
    /// <exception cref="ModelFormatException">It leads out of the archive, or there are too many.</exception>
    public void Add(string name)
    {
        var parts = name.Split('/', '\\');
        if (parts.Contains("..") || parts[0].Length == 0 || (name.Length > 1 && name[1] == ':'))
        {
            throw new ModelFormatException(path, "names inside the archive", $"'{name}', which leads out of it");
        }

        if (++_count > MaxEntries)
        {
            throw new ModelFormatException(path, $"at most {MaxEntries} files in the archive", "more");
        }
    }
}

/// <summary>A model that was taken out of an archive.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Yml">The <c>inference.yml</c> beside it; null where there is none.</param>
internal sealed record ArchivedModel(string Name, byte[] Bytes, byte[]? Yml);
