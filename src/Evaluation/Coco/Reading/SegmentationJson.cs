using System.Text.Json;
using PPLCNet.Vision.Masks;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Reads the three forms of <c>segmentation</c>: polygons, run lengths as numbers, run lengths as a string.</summary>
internal static class SegmentationJson
{
    /// <summary>
    /// Reads the value of the current field; null where it is JSON's null. Polygons without a point draw nothing.
    /// </summary>
    public static CocoSegmentation? Read(ref JsonFileReader json, string what, int index)
    {
        json.ReadRequired();
        try
        {
            return json.Token switch
            {
                JsonTokenType.StartArray => ReadPolygons(ref json),
                JsonTokenType.StartObject => ReadRuns(ref json),
                JsonTokenType.Null => null,
                _ => throw new DataFormatException("expected polygons or run lengths"),
            };
        }
        catch (DataFormatException e) when (!e.Message.StartsWith('\''))
        {
            throw json.Fault($"segmentation of {what} {index} (0-based): {e.Message}", e);
        }
    }

    private static CocoSegmentation ReadPolygons(ref JsonFileReader json)
    {
        var polygons = new List<double[]>();
        for (json.ReadRequired(); json.Token != JsonTokenType.EndArray; json.ReadRequired())
        {
            json.Expect(JsonTokenType.StartArray, "expected a polygon as a list of numbers");
            var numbers = new List<double>();
            for (json.ReadRequired(); json.Token != JsonTokenType.EndArray; json.ReadRequired())
            {
                numbers.Add(json.Number("a coordinate"));
            }

            if (numbers.Count > 0)
            {
                polygons.Add([.. numbers]);
            }
        }

        return polygons.Count == 0 ? CocoSegmentation.Empty : CocoSegmentation.FromPolygons([.. polygons]);
    }

    private static CocoSegmentation ReadRuns(ref JsonFileReader json)
    {
        (long Height, long Width)? size = null;
        byte[]? text = null;
        int[]? runs = null;
        while (json.NextField())
        {
            if (json.Is("size"u8))
            {
                json.ReadRequired();
                var numbers = ReadIntegers(ref json, "size");
                size = numbers.Length == 2
                    ? (numbers[0], numbers[1])
                    : throw new DataFormatException($"expected a size of height and width, found {numbers.Length} numbers");
            }
            else if (json.Is("counts"u8))
            {
                json.ReadRequired();
                if (json.Token == JsonTokenType.StartArray)
                {
                    runs = ReadIntegers(ref json, "counts");
                }
                else
                {
                    text = json.Utf8("counts");
                }
            }
            else
            {
                json.SkipValue();
            }
        }

        if (size is not { } known || (text is null && runs is null))
        {
            throw new DataFormatException($"expected size and counts, found no '{(size is null ? "size" : "counts")}'");
        }

        var (height, width) = ((int)Math.Clamp(known.Height, -1, int.MaxValue), (int)Math.Clamp(known.Width, -1, int.MaxValue));
        return CocoSegmentation.FromMask(runs is not null
            ? RleMask.FromRuns(height, width, runs)
            : RleMask.FromCompressed(height, width, text));
    }

    private static int[] ReadIntegers(ref JsonFileReader json, string what)
    {
        json.Expect(JsonTokenType.StartArray, $"expected {what} as a list of whole numbers");
        var numbers = new List<int>();
        for (json.ReadRequired(); json.Token != JsonTokenType.EndArray; json.ReadRequired())
        {
            var value = json.Integer(what);
            numbers.Add(value is >= int.MinValue and <= int.MaxValue
                ? (int)value
                : throw new DataFormatException($"{what} holds {value}, which is too large"));
        }

        return [.. numbers];
    }
}
