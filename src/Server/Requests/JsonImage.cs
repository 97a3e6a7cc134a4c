using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>An image in a JSON string: base64, a data URI, or an address.</summary>
/// <param name="Bytes">The image; null for an address.</param>
/// <param name="Address">The address; null for an image.</param>
internal sealed record JsonImage(PooledBytes? Bytes, string? Address) : IDisposable
{
    private const int LongestAddress = 2048;

    /// <summary>Reads the string that a reader stands on, without making a string of it.</summary>
    /// <exception cref="RequestException">It is not base64.</exception>
    public static JsonImage Read(ref Utf8JsonReader reader, BodyReader bodies, string field)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw RequestException.Field(field, $"expected text with an image in base64, found {reader.TokenType}", StatusCodes.Status422UnprocessableEntity);
        }

        var bytes = bodies.Rent();
        try
        {
            var text = bytes.Rent(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
            text = text[..reader.CopyString(text)]; // unescapes: PHP writes \/ and Python line breaks
            if (text.StartsWith("http://"u8) || text.StartsWith("https://"u8))
            {
                var address = text.Length <= LongestAddress ? Encoding.UTF8.GetString(text) : throw NotBase64(field);
                bytes.Dispose();
                return new JsonImage(null, address);
            }

            return new JsonImage(Decode(bytes, text, field), null);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Bytes?.Dispose();

    private static PooledBytes Decode(PooledBytes bytes, Span<byte> text, string field)
    {
        if (text.StartsWith("data:"u8))
        {
            var comma = text.IndexOf((byte)',');
            var head = comma < 0 ? default : text[..comma];
            if (!head.EndsWith(";base64"u8))
            {
                throw NotBase64(field);
            }

            var rest = text[(comma + 1)..];
            rest.CopyTo(text);
            text = text[..rest.Length];
        }

        if (text.IsEmpty || Base64.DecodeFromUtf8InPlace(text, out var written) != OperationStatus.Done)
        {
            throw NotBase64(field);
        }

        bytes.SetLength(written);
        return bytes;
    }

    private static RequestException NotBase64(string field) =>
        RequestException.Field(field, "expected an image in base64", StatusCodes.Status422UnprocessableEntity);
}
