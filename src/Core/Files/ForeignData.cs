using System.Text.Json;

namespace PPLCNet.Vision.Files;

/// <summary>
/// Readers of files that somebody else made run inside these calls: whatever their content makes them throw becomes an error
/// with the file's name, what was expected and what was found. Faults of the machine (memory, disk, native libraries) and
/// cancelling pass through.
/// </summary>
internal static class ForeignData
{
    /// <summary>Reads data: images' truths, predictions, states, lists.</summary>
    /// <param name="source">The file, for messages.</param>
    /// <param name="expected">What it should hold.</param>
    /// <param name="read">The reader.</param>
    /// <exception cref="DataFormatException">The content is not what was expected.</exception>
    public static T Read<T>(string source, string expected, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (DataFormatException e) when (!e.Message.Contains(source, StringComparison.Ordinal))
        {
            throw new DataFormatException($"'{source}': {e.Message}", e);
        }
        catch (Exception e) when (IsFaultOfContent(e))
        {
            throw new DataFormatException($"'{source}': expected {expected}; found {Found(e)}", e);
        }
    }

    /// <summary>Reads a model, its manifest, weights or settings.</summary>
    /// <inheritdoc cref="Read"/>
    /// <exception cref="ModelFormatException">The content is not what was expected.</exception>
    public static T ReadModel<T>(string source, string expected, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (Exception e) when (IsFaultOfContent(e) || e is DataFormatException or SpecialFileException)
        {
            throw new ModelFormatException(source, expected, Found(e).TrimEnd('.'), e);
        }
    }

    /// <summary>
    /// Whether an exception of a reader tells of its input and not of the machine, and does not name the file yet.
    /// </summary>
    public static bool IsFaultOfContent(Exception e) => e switch
    {
        EndOfStreamException => true,

        // Parsers such as Protobuf's derive their own errors of content from IOException.
        IOException when e.GetType().Namespace != "System.IO" && e is not SpecialFileException => true,
        IOException or UnauthorizedAccessException or OutOfMemoryException or OperationCanceledException or ObjectDisposedException => false,
        TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException => false,
        VisionException => false,
        _ => true,
    };

    private static string Found(Exception e) => e switch
    {
        KeyNotFoundException or JsonException or FormatException or DataFormatException or IOException or ArgumentException => OneLine(e.Message),
        InvalidOperationException when e.Message.Contains('\'') => OneLine(e.Message),
        OverflowException => "a number out of range.",
        _ => $"content that does not fit ({e.GetType().Name}: {OneLine(e.Message).TrimEnd('.')}).",
    };

    private static string OneLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
