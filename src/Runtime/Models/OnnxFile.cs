using System.Text;
using System.Text.Json;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Looks into the bytes of an ONNX file without loading it: metadata, and which operator makes an output.</summary>
internal static class OnnxFile
{
    /// <summary>Key of the manifest in the metadata.</summary>
    public const string ManifestKey = "pplcnet.manifest";

    // Field numbers of onnx.proto.
    private const int ModelGraph = 7, ModelMetadata = 14;
    private const int GraphNode = 1;
    private const int NodeInput = 1, NodeOutput = 2, NodeOperator = 4;

    /// <summary>
    /// The metadata value of <paramref name="key"/>; null where there is none, or the bytes are not an ONNX file.
    /// </summary>
    public static string? ReadMetadata(ReadOnlySpan<byte> onnx, string key)
    {
        string? found = null;
        for (var model = new ProtoFields(onnx); model.Next();)
        {
            if (model.Number == ModelMetadata && ReadEntry(model.Bytes) is var (name, value) && name == key)
            {
                found = value; // The last entry of a key wins, as in a map.
            }
        }

        return found;
    }

    /// <summary>The manifest in the metadata; null where there is none.</summary>
    /// <exception cref="ModelFormatException">There is one, but it is not a manifest.</exception>
    public static ModelManifest? ReadManifest(ReadOnlySpan<byte> onnx, string name) =>
        ReadMetadata(onnx, ManifestKey) is { } text ? ModelJson.ReadManifest(Encoding.UTF8.GetBytes(text), $"{name}#{ManifestKey}") : null;

    /// <summary>The same file with this manifest in its metadata.</summary>
    public static byte[] WithManifest(ReadOnlySpan<byte> onnx, ModelManifest manifest)
    {
        var entry = new List<byte>();
        ProtoFields.Write(entry, 1, Encoding.UTF8.GetBytes(ManifestKey));
        ProtoFields.Write(entry, 2, JsonSerializer.SerializeToUtf8Bytes(manifest, ModelJson.Default.ModelManifest));
        var field = new List<byte>();
        ProtoFields.Write(field, ModelMetadata, [.. entry]);
        return [.. onnx, .. field]; // A repeated field may follow anywhere in a protobuf message.
    }

    /// <summary>
    /// The operator that computes an output, seen through nodes that only pass values on; empty where it is not found.
    /// </summary>
    public static string OperatorOf(ReadOnlySpan<byte> onnx, string output)
    {
        for (var model = new ProtoFields(onnx); model.Next();)
        {
            if (model.Number == ModelGraph)
            {
                return OperatorIn(model.Bytes, output);
            }
        }

        return "";
    }

    private static string OperatorIn(ReadOnlySpan<byte> graph, string output)
    {
        // Nodes stand in topological order: what passes a value on comes after its maker, so a few passes suffice.
        for (var hop = 0; hop < 8; hop++)
        {
            var (op, input) = FindNode(graph, output);
            if (op is not ("Identity" or "Cast" or "Reshape" or "Flatten" or "Squeeze"))
            {
                return op;
            }

            output = input;
        }

        return "";
    }

    private static (string Operator, string Input) FindNode(ReadOnlySpan<byte> graph, string output)
    {
        for (var fields = new ProtoFields(graph); fields.Next();)
        {
            if (fields.Number != GraphNode)
            {
                continue;
            }

            string op = "", input = "";
            var makes = false;
            for (var node = new ProtoFields(fields.Bytes); node.Next();)
            {
                var text = node.Number is NodeInput or NodeOutput or NodeOperator ? Encoding.UTF8.GetString(node.Bytes) : "";
                op = node.Number == NodeOperator ? text : op;
                input = node.Number == NodeInput && input.Length == 0 ? text : input;
                makes |= node.Number == NodeOutput && text == output;
            }

            if (makes)
            {
                return (op, input);
            }
        }

        return ("", "");
    }

    private static (string Key, string Value) ReadEntry(ReadOnlySpan<byte> entry)
    {
        string key = "", value = "";
        for (var fields = new ProtoFields(entry); fields.Next();)
        {
            key = fields.Number == 1 ? Encoding.UTF8.GetString(fields.Bytes) : key;
            value = fields.Number == 2 ? Encoding.UTF8.GetString(fields.Bytes) : value;
        }

        return (key, value);
    }
}
