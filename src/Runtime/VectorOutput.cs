namespace PPLCNet.Vision.Runtime;

/// <summary>An output with one vector per image: [N, D], or [N, D, 1, 1].</summary>
/// <param name="Index">Its position among the outputs.</param>
/// <param name="Length">D.</param>
internal readonly record struct VectorOutput(int Index, int Length)
{
    /// <summary>Chooses the vector output that is named, otherwise the only one.</summary>
    /// <param name="binding">The graph.</param>
    /// <param name="name">Name of the output; null takes the only one that fits.</param>
    /// <param name="length">What D must be; null for any.</param>
    /// <exception cref="ModelFormatException">No output fits, or several do.</exception>
    public static VectorOutput Choose(HeadBinding binding, string? name, int? length = null)
    {
        name ??= binding.Request?.Output;
        var fitting = Enumerable.Range(0, binding.Outputs.Count)
            .Where(i => name is null || binding.Outputs[i].Name == name)
            .Select(i => new VectorOutput(i, LengthOf(binding.Outputs[i])))
            .Where(o => o.Length > 0 && (length is null || o.Length == length))
            .ToList();
        if (fitting.Count == 1)
        {
            return fitting[0];
        }

        var d = length is null ? "D" : $"{length}";
        throw binding.Mismatch(name is null ? $"one output [N,{d}]" : $"an output '{name}' [N,{d}]");
    }

    /// <summary>The vector of the image that is being read.</summary>
    public ReadOnlySpan<float> Of(in HeadInput run) => run.Outputs.Floats(Index).Slice(run.Index * Length, Length);

    private static int LengthOf(TensorInfo output) => output.Shape switch
    {
        [_, > 0 and var d] => d,
        [_, > 0 and var d, 1, 1] => d,
        _ => 0,
    };
}
