using System.Globalization;
using System.Text.Json;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>
/// A JSON object in a body. Images in it are decoded where they lie, without strings of their size; everything else is read as
/// values. Numbers and flags may be texts, as lax readers accept them.
/// </summary>
internal sealed class JsonBody : IDisposable
{
    private static readonly JsonReaderOptions _options = new() { MaxDepth = 32 };

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonImage>> _images = new(StringComparer.Ordinal);
    private readonly List<(JsonImage Image, string Label)> _pairs = [];

    private JsonBody()
    {
    }

    /// <summary>Images with labels, of the field <c>imageLabelPairs</c>.</summary>
    public IReadOnlyList<(JsonImage Image, string Label)> Pairs => _pairs;

    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bodies">Reads bytes within the limits.</param>
    /// <param name="images">Fields that hold an image, or several.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RequestException">It is not a JSON object, or too large.</exception>
    public static async Task<JsonBody> ReadAsync(
        HttpContext context, BodyReader bodies, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        using var bytes = await bodies.ReadJsonAsync(context, cancellationToken).ConfigureAwait(false);
        var body = new JsonBody();
        try
        {
            body.Read(bytes.Memory.Span, bodies, images);
            return body;
        }
        catch (Exception e)
        {
            body.Dispose();
            throw e is JsonException or InvalidOperationException ? RequestException.Body("Expected a JSON object, found something else.", e) : e;
        }
    }

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => _images.ContainsKey(name) || (_values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null);

    /// <summary>The images of a field; the caller disposes them.</summary>
    public IReadOnlyList<JsonImage> TakeImages(string name) => _images.Remove(name, out var images) ? images : [];

    /// <summary>A value as it stands; null where there is none.</summary>
    public JsonElement? Value(string name) => Has(name) && _values.TryGetValue(name, out var value) ? value : null;

    /// <summary>Text; null where there is none.</summary>
    public string? Text(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "text");

    /// <summary>A number, or text that is one; null where there is none.</summary>
    public double? Number(string name) => Value(name) is { } value ? Number(value) ?? throw Wrong(name, "a number") : null;

    /// <summary>A whole number; null where there is none.</summary>
    public int? Whole(string name) => Number(name) is not { } value ? null
        : value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue ? (int)value
        : throw Wrong(name, "a whole number");

    /// <summary>A flag, or text or a number that is one; null where there is none.</summary>
    public bool? Flag(string name) => Value(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.ToString().ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "on" => true,
            "false" or "0" or "no" or "off" => false,
            _ => throw Wrong(name, "true or false"),
        },
    };

    /// <summary>A number, or text that is one.</summary>
    public static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>Every value that is no image as an option.</summary>
    public void AddOptions(QueryValues values)
    {
        foreach (var (name, value) in _values)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Null: break;
                case JsonValueKind.Array: values.Add(name, string.Join(',', value.EnumerateArray().Select(v => v.ToString()))); break;
                default: values.Add(name, value.ToString()); break;
            }
        }
    }

    /// <summary>A field that is not as it should be.</summary>
    public static RequestException Wrong(string name, string expected) =>
        RequestException.Field(name, $"expected {expected}", StatusCodes.Status422UnprocessableEntity);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var image in _images.Values.SelectMany(i => i).Concat(_pairs.Select(p => p.Image)))
        {
            image.Dispose();
        }
    }

    private void Read(ReadOnlySpan<byte> utf8, BodyReader bodies, IReadOnlyList<string> images)
    {
        var reader = new Utf8JsonReader(utf8, _options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == "imageLabelPairs")
            {
                ReadPairs(ref reader, bodies);
            }
            else if (images.Contains(name) && reader.TokenType != JsonTokenType.Null)
            {
                ReadImages(ref reader, bodies, name);
            }
            else
            {
                _values[name] = JsonElement.ParseValue(ref reader);
            }
        }

        if (reader.Read())
        {
            throw new JsonException();
        }
    }

    private void ReadImages(ref Utf8JsonReader reader, BodyReader bodies, string name)
    {
        if (!_images.TryGetValue(name, out var list))
        {
            _images[name] = list = [];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            ReadImage(ref reader, bodies, name, list);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadImage(ref reader, bodies, name, list);
        }
    }

    /// <summary>An image as text, or as an object around it: <c>{"image": ...}</c>, <c>{"image_url": {"url": ...}}</c>.</summary>
    private static void ReadImage(ref Utf8JsonReader reader, BodyReader bodies, string name, List<JsonImage> list)
    {
        list.Capacity = Math.Max(list.Capacity, list.Count + 1);
        if (list.Count >= bodies.MaxImages)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge, "body", $"Expected at most {bodies.MaxImages} images in a request, found more.");
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            list.Add(JsonImage.Read(ref reader, bodies, name));
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isImage = reader.ValueTextEquals("image"u8) || reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("url"u8);
            reader.Read();
            if (isImage)
            {
                ReadImage(ref reader, bodies, name, list);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadPairs(ref Utf8JsonReader reader, BodyReader bodies)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("imageLabelPairs", "an array of objects with image and label");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            JsonImage? image = null;
            string? label = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isImage, isLabel) = (reader.ValueTextEquals("image"u8), reader.ValueTextEquals("label"u8));
                reader.Read();
                if (isImage)
                {
                    image?.Dispose();
                    image = JsonImage.Read(ref reader, bodies, "imageLabelPairs");
                }
                else if (isLabel)
                {
                    label = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw Wrong("imageLabelPairs", "labels as text");
                }
                else
                {
                    reader.Skip();
                }
            }

            _pairs.Add((image ?? throw Wrong("imageLabelPairs", "an image in every pair"), label ?? throw Wrong("imageLabelPairs", "a label in every pair")));
        }
    }
}
