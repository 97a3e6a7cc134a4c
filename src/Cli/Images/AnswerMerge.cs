using System.Text.Json;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// Joins the answers of shards. Shard i of n answers the positions p with p % n == i, so that taking a line of each in turn
/// gives the order of one run, and a part that is too short or too long shows.
/// </summary>
/// <param name="paths">The parts, in the order of i.</param>
/// <param name="count">How many there must be.</param>
/// <param name="list">The list of inputs; null checks no names.</param>
internal sealed class AnswerMerge(IReadOnlyList<string> paths, int count, string? list)
{
    /// <summary>Writes the joined answers; the file appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <returns>How many answers there are, and how many of them are errors.</returns>
    /// <exception cref="DataFormatException">A part is missing, comes twice, or is not whole.</exception>
    /// <exception cref="CliException">The file is one of the parts, or none of ours.</exception>
    public (long Answers, long Errors) Write(string path)
    {
        CheckParts();
        OutputFile.Check(path, "--out", OutputFile.Begins("{\"file\":"), "answers of an earlier run");
        var result = (0L, 0L);
        OutputFile.Guard($"write '{path}'", () => AtomicFile.Write(path, overwrite: true, stream => result = Join(stream)));
        return result;
    }

    private void CheckParts()
    {
        if (paths.FirstOrDefault(p => !File.Exists(p)) is { } missing)
        {
            throw new DataFormatException($"'{missing}': expected the answers of a shard, found no such file"
                + (File.Exists(missing + ".part") ? $"; '{missing}.part' is of a run that has not ended." : "."));
        }

        if (paths.GroupBy(RealPath.Of, RealPath.Comparer).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new DataFormatException($"'{twice.First()}': expected each part once, found it {twice.Count()} times.");
        }

        if (paths.Count != count)
        {
            throw new DataFormatException($"expected {count} parts, found {paths.Count}: {string.Join(", ", paths)}.");
        }

        foreach (var path in list is null ? paths : paths.Append(list))
        {
            OutputFile.Protect(path);
        }
    }

    private (long Answers, long Errors) Join(Stream output)
    {
        using var parts = new PartReaders(paths);
        using var names = (list is null ? [] : PathList.Read(list)).GetEnumerator();
        var (answers, errors) = (0L, 0L);
        while (parts.TryNext((int)(answers % count), out var line))
        {
            var (file, isError) = Read(paths[(int)(answers % count)], line);
            if (list is not null && !(names.MoveNext() && names.Current.Path == file))
            {
                throw new DataFormatException($"'{paths[(int)(answers % count)]}': expected the answers of '{list}' "
                    + $"as shard {answers % count}/{count}, found one of '{file}' in the place of line {answers + 1}.");
            }

            output.Write(line.Span);
            output.WriteByte((byte)'\n');
            answers++;
            errors += isError ? 1 : 0;
        }

        for (var other = 0; other < count; other++)
        {
            if (other != answers % count && parts.TryNext(other, out _))
            {
                var end = (int)(answers % count);
                throw new DataFormatException($"'{paths[end]}': expected as many answers as '{paths[other]}' has "
                    + $"(shards {end}/{count} and {other}/{count}), found only {answers / count}.");
            }
        }

        return list is null || !names.MoveNext()
            ? (answers, errors)
            : throw new DataFormatException(
                $"'{list}': expected an answer for every line, found none for '{names.Current.Path}'.");
    }

    private static (string File, bool IsError) Read(string path, ReadOnlyMemory<byte> line) =>
        ForeignData.Read(path, "JSON lines of `--out`", () =>
        {
            using var document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("file").GetString()!, document.RootElement.TryGetProperty("error", out _));
        });

    /// <summary>The lines of every part, one after the other.</summary>
    private sealed class PartReaders(IReadOnlyList<string> paths) : IDisposable
    {
        private readonly FileStream?[] _files = new FileStream?[paths.Count];
        private readonly IEnumerator<(ReadOnlyMemory<byte> Line, bool HasEnd)>?[] _lines =
            new IEnumerator<(ReadOnlyMemory<byte>, bool)>?[paths.Count];


        /// <summary>The next line of a part, valid until the one after it is asked for; false at the part's end.</summary>
        public bool TryNext(int part, out ReadOnlyMemory<byte> line)
        {
            var lines = _lines[part] ??= ByteLines.Read(_files[part] = InputFile.OpenRead(paths[part])).GetEnumerator();
            line = default;
            if (!lines.MoveNext())
            {
                return false;
            }

            line = lines.Current.HasEnd
                ? lines.Current.Line
                : throw new DataFormatException($"'{paths[part]}': expected whole lines, found that the last one breaks off.");
            return true;
        }

        public void Dispose()
        {
            foreach (var file in _files)
            {
                file?.Dispose();
            }
        }
    }
}
