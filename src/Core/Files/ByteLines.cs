namespace PPLCNet.Vision.Files;

/// <summary>The lines of a stream as bytes, so that a writer knows where each of them ends in the file.</summary>
internal static class ByteLines
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Reads to the end of the stream, a line after the other.</summary>
    /// <returns>Each line without its line feed, valid until the next is asked for, and whether it has one: only the last may
    /// lack it, and is told where it is not empty.</returns>
    public static IEnumerable<(ReadOnlyMemory<byte> Line, bool HasEnd)> Read(Stream stream)
    {
        var line = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            var start = 0;
            for (int end; (end = Array.IndexOf(chunk, (byte)'\n', start, read - start)) >= 0; start = end + 1)
            {
                line.Write(chunk, start, end - start);
                yield return (line.GetBuffer().AsMemory(0, (int)line.Length), true);
                line.SetLength(0);
            }

            line.Write(chunk, start, read - start);
        }

        if (line.Length > 0)
        {
            yield return (line.GetBuffer().AsMemory(0, (int)line.Length), false);
        }
    }
}
