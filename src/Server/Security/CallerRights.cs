namespace PPLCNet.Vision.Server.Security;

/// <summary>What a key allows; each role includes those before it.</summary>
internal enum Role
{
    /// <summary>Tasks, and reading galleries.</summary>
    Read,

    /// <summary>Writing galleries.</summary>
    Write,

    /// <summary>Metrics, reloading models.</summary>
    Admin,
}

/// <summary>What the caller of a request may do.</summary>
/// <param name="Role">The role of the key.</param>
/// <param name="GalleryPrefix">Only galleries whose names begin so; empty for all.</param>
internal sealed record CallerRights(Role Role, string GalleryPrefix)
{
    /// <summary>Everything: where no keys are asked for.</summary>
    public static CallerRights All { get; } = new(Role.Admin, "");

    /// <summary>Whether a gallery may be used at all.</summary>
    public bool MayUse(string gallery) => gallery.StartsWith(GalleryPrefix, StringComparison.Ordinal);
}
