using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Builds one JSON object as one line of UTF-8. Text stays readable: only what JSON itself forbids is escaped.</summary>
internal static class JsonLine
{
    /// <summary>Writes one object; <paramref name="fields"/> writes what stands between its braces.</summary>
    /// <returns>The line with its line feed.</returns>
    public static byte[] Build(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes one object of texts, numbers and truth values to standard output.</summary>
    public static void WriteOut(params (string Name, object? Value)[] fields) => WriteOut(json =>
    {
        foreach (var (name, value) in fields)
        {
            switch (value)
            {
                case null or string:
                    json.WriteString(name, (string?)value);
                    break;
                case bool truth:
                    json.WriteBoolean(name, truth);
                    break;
                case int or long:
                    json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    json.WriteFinite(name, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    });

    /// <summary>Writes one object to standard output.</summary>
    public static void WriteOut(Action<Utf8JsonWriter> fields)
    {
        using var stream = StandardStreams.OpenOut();
        stream.Write(Build(fields));
    }
}
