using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// Paddle's automatic parameter names, as exported models have them: <c>conv2d_7.w_0</c>, <c>batch_norm2d_3.w_2</c>,
/// <c>linear_0.b_0</c>, counted in the order in which the network makes its layers.
/// </summary>
internal static partial class PaddleNames
{
    /// <summary>
    /// Gives the tensors of an exported model the names by which network code asks for them. Layers are matched by kind and
    /// order alone, so the numbers may start anywhere; tensors beyond the last layer that is asked for keep their names.
    /// </summary>
    /// <param name="exported">The exported model's tensors; a <c>_deepcopy_NN</c> after a name is cut.</param>
    /// <param name="asked">Names and shapes in the order of construction, from <see cref="WeightScope.Taken"/> of a dry
    /// run.</param>
    public static WeightSet FromAutomatic(WeightSet exported, IReadOnlyList<KeyValuePair<string, int[]>> asked)
    {
        var clean = exported.Rename(name => DeepCopy().Replace(name, ""));
        var numbers = clean.Tensors.Keys
            .Select(name => Layer().Match(name))
            .Where(match => match.Success)
            .GroupBy(match => match.Groups["kind"].Value)
            .ToDictionary(kind => kind.Key, kind => kind.Select(m => int.Parse(m.Groups["number"].Value)).Distinct().Order().ToList());
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (automatic, structured) in Automatic(asked, numbers))
        {
            names[automatic] = structured;
        }

        return clean.Rename(name => names.GetValueOrDefault(name, name));
    }

    private static IEnumerable<(string Automatic, string Structured)> Automatic(
        IReadOnlyList<KeyValuePair<string, int[]>> asked, Dictionary<string, List<int>> numbers)
    {
        var used = new Dictionary<string, int>();
        foreach (var layer in asked.GroupBy(t => t.Key[..t.Key.LastIndexOf('.')]))
        {
            var kind = KindOf(layer);
            var index = used.GetValueOrDefault(kind);
            used[kind] = index + 1;
            if (!numbers.TryGetValue(kind, out var known) || index >= known.Count)
            {
                continue;
            }

            foreach (var (name, _) in layer)
            {
                var last = name[(layer.Key.Length + 1)..] switch
                {
                    "weight" => "w_0",
                    "bias" => "b_0",
                    "_mean" => "w_1",
                    "_variance" => "w_2",
                    var other => other,
                };
                yield return ($"{kind}_{known[index]}.{last}", name);
            }
        }
    }

    private static string KindOf(IGrouping<string, KeyValuePair<string, int[]>> layer) =>
        layer.Any(t => WeightScope.IsStatistic(t.Key)) ? "batch_norm2d"
        : layer.Any(t => t.Value.Length == 4) ? "conv2d"
        : "linear";

    [GeneratedRegex(@"_deepcopy_\d+$")]
    private static partial Regex DeepCopy();

    [GeneratedRegex(@"^(?<kind>conv2d|batch_norm2d|linear)_(?<number>\d{1,9})\.[wb]_[012]$")]
    private static partial Regex Layer();
}
