using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Walks through objects and lists as COCO files nest them.</summary>
internal static class JsonFileReaderExtensions
{
    /// <summary>Moves to the name of the next field of the current object.</summary>
    /// <returns>False at the object's end.</returns>
    public static bool NextField(this ref JsonFileReader json)
    {
        json.ReadRequired();
        return json.Token == JsonTokenType.PropertyName;
    }

    /// <summary>Passes over the value of the current field.</summary>
    public static void SkipValue(this ref JsonFileReader json)
    {
        json.ReadRequired();
        json.Skip();
    }

    /// <summary>Moves from a field's name into its list.</summary>
    public static void EnterList(this ref JsonFileReader json, string name)
    {
        json.ReadRequired();
        json.Expect(JsonTokenType.StartArray, $"'{name}' must be a list");
    }

    /// <summary>Moves into the next object of the current list.</summary>
    /// <returns>False at the list's end.</returns>
    public static bool NextItem(this ref JsonFileReader json, string what, int index)
    {
        json.ReadRequired();
        if (json.Token == JsonTokenType.EndArray)
        {
            return false;
        }

        if (json.Token != JsonTokenType.StartObject)
        {
            json.Expect(JsonTokenType.StartObject, $"{what} {index} (0-based) must be an object");
        }

        return true;
    }

    /// <summary>
    /// The value of the current field as a box; null for an empty list or null, which files without boxes hold.
    /// </summary>
    public static CocoBox? ReadBox(this ref JsonFileReader json)
    {
        json.ReadRequired();
        if (json.Token == JsonTokenType.Null)
        {
            return null;
        }

        json.Expect(JsonTokenType.StartArray, "'bbox' must be a list of x, y, width and height");
        Span<double> numbers = stackalloc double[4];
        var count = 0;
        for (json.ReadRequired(); json.Token != JsonTokenType.EndArray; json.ReadRequired())
        {
            if (count == 4)
            {
                throw json.Fault("'bbox' must be a list of x, y, width and height, found more than four numbers");
            }

            numbers[count++] = json.Number("a number of 'bbox'");
        }

        return count switch
        {
            4 => new CocoBox(numbers[0], numbers[1], numbers[2], numbers[3]),
            0 => null,
            _ => throw json.Fault($"'bbox' must be a list of x, y, width and height, found {count} numbers"),
        };
    }

    /// <summary>The value of the current field as a list of ids.</summary>
    public static long[] ReadIds(this ref JsonFileReader json, string name, ForeignIds foreign)
    {
        json.EnterList(name);
        var ids = new List<long>();
        for (json.ReadRequired(); json.Token != JsonTokenType.EndArray; json.ReadRequired())
        {
            ids.Add(json.Id($"an id of '{name}'", foreign));
        }

        return [.. ids];
    }

    /// <summary>The value of the current field as LVIS's letter of a category's frequency; anything else means nothing.</summary>
    public static CategoryFrequency ReadFrequency(this ref JsonFileReader json)
    {
        json.ReadRequired();
        json.Skip();
        return json.Text() switch
        {
            "r" => CategoryFrequency.Rare,
            "c" => CategoryFrequency.Common,
            "f" => CategoryFrequency.Frequent,
            _ => CategoryFrequency.Unknown,
        };
    }

    /// <summary>The current value as a flag: 0 or 1, false or true.</summary>
    public static bool Flag(this ref JsonFileReader json, string what) => json.Token switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => json.Integer(what) != 0,
    };

    /// <summary>
    /// The current value as Python's truth of it: null, 0, false and empty text are false. A list or an object is skipped.
    /// </summary>
    public static bool Truthy(this ref JsonFileReader json)
    {
        var isFalse = json.Token switch
        {
            JsonTokenType.Null or JsonTokenType.False => true,
            JsonTokenType.Number => json.Number("a flag") == 0,
            JsonTokenType.String => json.Raw.IsEmpty,
            _ => false,
        };
        json.Skip();
        return !isFalse;
    }

    /// <summary>The current value as a number of pixels; 0 = unknown.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="what">Named in errors.</param>
    /// <param name="isNeeded">Whether masks are drawn in it: then a fraction is an error, else it means unknown.</param>
    public static int Pixels(this ref JsonFileReader json, string what, bool isNeeded)
    {
        if (json.Token == JsonTokenType.Null || (!isNeeded && !json.IsWhole))
        {
            json.Skip();
            return 0;
        }

        var value = json.Integer(what);
        return value is >= 0 and <= int.MaxValue ? (int)value : throw json.Fault($"{what} must be 0 to 2^31 - 1 pixels, found {value}");
    }

    /// <summary>The error of a missing field.</summary>
    public static DataFormatException Missing(this ref JsonFileReader json, string what, int index, string field) =>
        json.Fault($"{what} {index} (0-based) has no '{field}'");
}
