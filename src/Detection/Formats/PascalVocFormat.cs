using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Detection.Formats;

/// <summary>
/// Pascal VOC's XML, one file an image. Its pixels count from 1 and both corners belong to the box, so the upper left corner
/// is one more than ours and the lower right one the same. Fractions are kept; the score stands in <c>confidence</c>.
/// </summary>
internal static class PascalVocFormat
{
    /// <summary>Writes the objects of one image.</summary>
    /// <param name="detections">The objects.</param>
    /// <param name="fileName">Name of the image.</param>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    public static string Write(Detections detections, string fileName, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(detections);
        return new XElement(
            "annotation",
            new XElement("filename", fileName),
            new XElement("size", new XElement("width", width), new XElement("height", height), new XElement("depth", 3)),
            detections.Select(o => new XElement(
                "object",
                new XElement("name", o.Class),
                new XElement("confidence", o.Score),
                new XElement("difficult", 0),
                new XElement(
                    "bndbox",
                    new XElement("xmin", o.Box.X0 + 1),
                    new XElement("ymin", o.Box.Y0 + 1),
                    new XElement("xmax", o.Box.X1),
                    new XElement("ymax", o.Box.Y1))))).ToString() + "\n";
    }

    /// <summary>Reads the objects of one image; without <c>confidence</c> the score is 1.</summary>
    /// <param name="xml">The file's text.</param>
    /// <param name="labels">Class names, which the objects' names must be among.</param>
    /// <exception cref="DataFormatException">The text is not XML of this form, or a name is not a label.</exception>
    public static Detections Parse(string xml, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        try
        {
            CheckDepth(xml);
            var root = XElement.Parse(xml);
            var objects = root.Name == "annotation"
                ? root.Elements("object").ToList()
                : throw new DataFormatException($"Expected <annotation>, found <{root.Name}>.");
            return new Detections([.. objects.Select(ReadBox)], [.. objects.Select(o => Number(o, "confidence", 1))], [.. objects.Select(o => ClassOf(o, labels))], labels);
        }
        catch (XmlException e)
        {
            throw new DataFormatException($"Expected the XML of Pascal VOC; {e.Message}", e);
        }
    }

    /// <summary>Whether a file begins as <see cref="Write"/> begins one: with confidences, which truths do not have.</summary>
    /// <param name="head">The first bytes of the file.</param>
    internal static bool IsResult(ReadOnlySpan<byte> head) =>
        Encoding.UTF8.GetString(head) is var text && text.StartsWith("<annotation>", StringComparison.Ordinal)
        && (text.Contains("<confidence>", StringComparison.Ordinal) || !text.Contains("<object>", StringComparison.Ordinal));

    /// <summary>Annotations are four levels deep; building a tree of a hundred thousand takes minutes.</summary>
    private static void CheckDepth(string xml)
    {
        const int Deepest = 64;
        using var reader = XmlReader.Create(
            new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, MaxCharactersFromEntities = 10_000_000, XmlResolver = null });
        while (reader.Read())
        {
            if (reader.Depth > Deepest)
            {
                throw new DataFormatException($"Expected the XML of Pascal VOC, found elements nested deeper than {Deepest}.");
            }
        }
    }

    private static Box ReadBox(XElement item)
    {
        var box = item.Element("bndbox") ?? throw new DataFormatException("Expected <bndbox> in every <object>, found none.");
        return new Box(Number(box, "xmin") - 1, Number(box, "ymin") - 1, Number(box, "xmax"), Number(box, "ymax"));
    }

    private static int ClassOf(XElement item, IReadOnlyList<string> labels)
    {
        var name = item.Element("name")?.Value ?? throw new DataFormatException("Expected <name> in every <object>, found none.");
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] == name)
            {
                return i;
            }
        }

        throw new DataFormatException($"Expected one of {string.Join(", ", labels)}, found '{name}'.");
    }

    private static float Number(XElement parent, string name, float? absent = null) =>
        parent.Element(name) is not { } element ? absent ?? throw new DataFormatException($"Expected <{name}> in <{parent.Name}>, found none.")
        : float.TryParse(element.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value
        : throw new DataFormatException($"Expected a number in <{name}>, found '{element.Value}'.");
}
