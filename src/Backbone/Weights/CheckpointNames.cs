using System.Text.RegularExpressions;

namespace PPLCNet.Vision.Backbone.Weights;

/// <summary>
/// What training leaves in the names of a checkpoint: prefixes of distillation, of data parallelism and of moving averages,
/// the state of the optimizer, and branches that serve training only. Everything else is the network's, under its own name.
/// </summary>
internal static partial class CheckpointNames
{
    // A branch on the left is dropped where the one on the right, which is the one that serves, is there too.
    private static readonly (string Dropped, string Kept)[] _teachers =
    [
        ("Teacher.", "Student."), ("Student2.", "Student."), ("modelTeacher.", "modelStudent."),
        ("teacher_model.", "student_model."),
    ];

    private static readonly string[] _wrappers = ["Student.", "modelStudent.", "student_model.", "_layers.", "module."];

    private static readonly string[] _averages = ["ema_model.", "ema.", "ema_"];

    /// <summary>Whether a tensor belongs to training alone and need not be read: the state of an optimizer, a counter.</summary>
    public static bool IsTrainingState(string name) => Optimizer().IsMatch(name);

    /// <summary>
    /// Gives the tensors the names by which network code asks for them. Of a pair of networks the student stays, of a tensor
    /// and its moving average the average, which is what the authors publish. Names that no rule explains stay as they are.
    /// </summary>
    /// <exception cref="ModelFormatException">Two tensors get one name.</exception>
    public static WeightSet Clean(WeightSet weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var names = weights.Tensors.Keys.Where(n => !IsTrainingState(n)).ToList();
        var map = names.ToDictionary(n => n, n => n, StringComparer.Ordinal);
        foreach (var (dropped, kept) in _teachers.Where(t => names.Exists(n => Starts(n, t.Kept))))
        {
            names.Where(n => Starts(n, dropped)).ToList().ForEach(n => map.Remove(n));
        }

        foreach (var wrapper in _wrappers)
        {
            Strip(map, wrapper);
        }

        foreach (var average in _averages.Where(a => map.Values.Any(v => Starts(v, a))))
        {
            var averaged = map.Values.Where(v => Starts(v, average)).Select(v => v[average.Length..])
                .ToHashSet(StringComparer.Ordinal);
            map.Where(p => averaged.Contains(p.Value)).ToList().ForEach(p => map.Remove(p.Key));
            Strip(map, average);
        }

        return weights.Rename(n => map.GetValueOrDefault(n));
    }

    private static void Strip(Dictionary<string, string> map, string prefix)
    {
        foreach (var (key, name) in map.Where(p => Starts(p.Value, prefix)).ToList())
        {
            map[key] = name[prefix.Length..];
        }
    }

    private static bool Starts(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);

    // Paddle's accumulators bear the parameter's name with these endings; PyTorch counts batches.
    [GeneratedRegex(@"(_(moment[12]|velocity|beta[12]_pow_acc|mean_square|mean_grad|momentum|master_weight|fp32_master)_\d+|\.num_batches_tracked)$|^(LR_Scheduler|master_weights|lr|epoch|last_epoch|global_step|best_metric)(\.|$)")]
    private static partial Regex Optimizer();
}
