using System.Globalization;
using System.Text;
using PPLCNet.Vision.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// What an <c>inference.yml</c> says about reading the outputs: a dictionary, or the thresholds of a text detector.
/// </summary>
/// <param name="Characters">One key a line; empty where there is no dictionary.</param>
/// <param name="Thresholds">Settings under this project's names.</param>
internal sealed record InferenceYml(IReadOnlyList<string> Characters, IReadOnlyDictionary<string, double> Thresholds)
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["thresh"] = "threshold",
        ["box_thresh"] = "boxThreshold",
        ["unclip_ratio"] = "unclipRatio",
    };

    /// <summary>Nothing is said.</summary>
    public static InferenceYml Empty { get; } = new([], new Dictionary<string, double>());

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">It is not YAML, or a value is not what it should be.</exception>
    public static InferenceYml Read(byte[] file, string source) => ForeignData.ReadModel(source, "an inference.yml", () =>
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(new MemoryStream(file), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            yaml.Load(text);
        }
        catch (YamlException e)
        {
            throw new ModelFormatException(source, "YAML", $"line {e.Start.Line}: {e.Message}", e);
        }

        return yaml.Documents is [{ RootNode: YamlMappingNode root }] && Child(root, "PostProcess") is YamlMappingNode after
            ? new InferenceYml(ReadCharacters(after, source), ReadThresholds(after, source))
            : Empty;
    });

    private static string[] ReadCharacters(YamlMappingNode after, string source) => Child(after, "character_dict") switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Children.Select(c => (c as YamlScalarNode)?.Value
            ?? throw new ModelFormatException(source, "texts in character_dict", c.NodeType.ToString()))],
        var other => throw new ModelFormatException(source, "a list as character_dict", other.NodeType.ToString()),
    };

    private static Dictionary<string, double> ReadThresholds(YamlMappingNode after, string source)
    {
        var thresholds = new Dictionary<string, double>();
        foreach (var (theirs, ours) in _settings)
        {
            if (Child(after, theirs) is { } node)
            {
                thresholds[ours] = double.TryParse((node as YamlScalarNode)?.Value, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                    ? number
                    : throw new ModelFormatException(source, $"a number as {theirs}", node.ToString());
            }
        }

        return thresholds;
    }

    private static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.FirstOrDefault(c => (c.Key as YamlScalarNode)?.Value == key).Value;
}
