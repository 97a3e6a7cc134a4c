namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>One published file of an official model.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Sha256">SHA-256, lower-case hexadecimal; empty where nobody has published one.</param>
/// <param name="Bytes">Size; 0 where it is not known.</param>
internal sealed record OfficialFile(string Address, string Sha256 = "", long Bytes = 0)
{
    private const string Nameless = "download";

    /// <summary>Its name: the last part of the address.</summary>
    public string Name
    {
        get
        {
            var name = Path.GetFileName(Uri.TryCreate(Address, UriKind.Absolute, out var uri) ? uri.LocalPath : Address);
            return name is "" or "." or ".." ? Nameless : name;
        }
    }

    /// <summary>SHA-256 of an <c>inference.yml</c> beside it, empty where unknown; null where there is no such file.</summary>
    internal string? Yml { get; init; }
}
