namespace PPLCNet.Vision.Runtime.Embedding;

/// <summary>Reads a vector. Immutable and safe to share between threads.</summary>
public sealed class EmbeddingHead : IHead<EmbeddingOptions, EmbeddingResult>
{
    private readonly VectorOutput _output;

    private EmbeddingHead(VectorOutput output) => _output = output;

    /// <summary>Length of a vector.</summary>
    public int Dimensions => _output.Length;

    /// <summary>
    /// Binds to the output that is named, otherwise the one that the manifest's setting <c>features</c> names, otherwise the
    /// only vector.
    /// </summary>
    /// <exception cref="ModelFormatException">No output is a vector, or several are and none is named.</exception>
    public static EmbeddingHead Bind(HeadBinding binding, string? output = null)
    {
        ArgumentNullException.ThrowIfNull(binding);
        output ??= binding.Request is null ? VectorSettings.Of(binding.Manifest).Features : null;
        return new EmbeddingHead(VectorOutput.Choose(binding, output));
    }

    /// <inheritdoc/>
    public EmbeddingResult Read(in HeadInput run, EmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var vector = _output.Of(run).ToArray();
        if (options.Normalize)
        {
            UnitLength.Normalize(vector);
        }

        return new EmbeddingResult(vector);
    }
}
