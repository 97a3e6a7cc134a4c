using PPLCNet.Vision.Retrieval.Embedders;

namespace PPLCNet.Vision.Retrieval.Indexes;

/// <summary>Which model made the vectors of an index. Vectors of two models do not compare, however alike their lengths
/// are.</summary>
/// <param name="Name">The model's name, for messages; empty where unknown.</param>
/// <param name="Fingerprint">What identifies the model, its preprocessing and its whitening (<see cref="Embedder.Fingerprint"/>);
/// empty where unknown.</param>
public sealed record VectorModel(string Name, string Fingerprint)
{
    /// <summary>The model is unknown.</summary>
    public static VectorModel Unknown { get; } = new("", "");

    /// <summary>Whether there is a fingerprint to compare.</summary>
    public bool IsKnown => Fingerprint.Length > 0;

    /// <summary>The model behind an embedder.</summary>
    public static VectorModel Of(Embedder embedder)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        return new VectorModel(embedder.Name, embedder.Fingerprint);
    }

    /// <summary>Refuses vectors of another model; where one of the two is unknown, they are assumed to match.</summary>
    /// <param name="subject">The index or file whose vectors these are, for the message.</param>
    /// <param name="wanted">The model that the vectors are compared with.</param>
    /// <exception cref="ModelFormatException">Both are known and differ.</exception>
    public void Require(string subject, VectorModel wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (IsKnown && wanted.IsKnown && Fingerprint != wanted.Fingerprint)
        {
            throw new ModelFormatException(subject, $"vectors of {wanted}", $"vectors of {this}");
        }
    }

    /// <summary>The name and the fingerprint.</summary>
    public override string ToString() => IsKnown ? $"'{Name}' ({Fingerprint})" : "an unknown model";
}

/// <summary>An index that can note its model after it was opened.</summary>
internal interface IModelNote
{
    /// <summary>Notes the model where none is known and nothing is stored yet; else changes nothing.</summary>
    ValueTask NoteModelAsync(VectorModel model, CancellationToken cancellationToken);
}
