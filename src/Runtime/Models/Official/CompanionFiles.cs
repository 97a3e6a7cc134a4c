namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>The files that belong to a fetched one: on the user's mirror beside it, else where they are published.</summary>
/// <param name="model">The model.</param>
/// <param name="file">Its fetched file.</param>
/// <param name="options">How it is pulled.</param>
internal sealed class CompanionFiles(OfficialModel model, OfficialFile file, OfficialPullOptions options)
{
    /// <summary>The model.</summary>
    public OfficialModel Model => model;

    /// <summary>Whether the user named the address.</summary>
    public bool IsOnMirror => options.From is not null;

    /// <summary>Whether files may differ from those that were pulled first.</summary>
    public bool AcceptChanged => options.AcceptChanged;

    /// <summary>The <c>inference.yml</c>; null where there is none.</summary>
    public OfficialFile? Yml => file.Yml is null ? null : new OfficialFile(Beside("inference.yml"), file.Yml);

    /// <summary>Where the dictionary is.</summary>
    public IReadOnlyList<OfficialFile> Dictionaries => IsOnMirror
        ? [model.Dictionary[0] with { Address = Beside(model.Dictionary[0].Name) }, .. model.Dictionary]
        : model.Dictionary;

    private string Beside(string name) => file.Address[..(file.Address.LastIndexOfAny(['/', '\\']) + 1)] + name;
}
