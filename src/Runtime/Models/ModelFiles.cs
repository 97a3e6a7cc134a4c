using System.Security.Cryptography;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>Whether the file of a catalog entry is here, and whether it is the right one.</summary>
internal static class ModelFiles
{
    /// <summary>
    /// The file in the first folder that has it; null where none has. A model of parts has none of its own.
    /// </summary>
    public static string? PathOf(this ModelCatalog catalog, ModelManifest model) => model.File.Length == 0
        ? null
        : catalog.Folders.Select(f => Path.Combine(f, model.File)).FirstOrDefault(File.Exists);

    /// <summary>Whether the model can be loaded: its file, or every part's, is here.</summary>
    public static bool IsPresent(this ModelCatalog catalog, ModelManifest model) => model.File.Length > 0
        ? catalog.PathOf(model) is not null
        : catalog.PartsOf(model).All(part => part is not null && catalog.IsPresent(part));

    /// <summary>Bytes of the file, or of all parts.</summary>
    public static long BytesOf(this ModelCatalog catalog, ModelManifest model) =>
        model.File.Length > 0 ? model.Bytes : catalog.PartsOf(model).Sum(part => part?.Bytes ?? 0);

    /// <summary><c>ok</c>, <c>missing</c>, <c>unknown</c> (no hash in the catalog) or <c>mismatch</c>.</summary>
    public static string Verify(this ModelCatalog catalog, ModelManifest model) => StateOf(catalog.PathOf(model), model);

    /// <summary>The same for a file that was found already; null is a missing one.</summary>
    public static string StateOf(string? path, ModelManifest model)
    {
        if (path is null)
        {
            return "missing";
        }

        if (model.Sha256.Length == 0)
        {
            return "unknown";
        }

        using var stream = InputFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == model.Sha256 ? "ok" : "mismatch";
    }

    /// <summary>A model of the catalog by its name, or null.</summary>
    public static ModelManifest? Named(this ModelCatalog catalog, string name) =>
        catalog.Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A model of the catalog, one that was pulled or imported, or those that it joins.</summary>
    /// <exception cref="ModelFormatException">There is no such name.</exception>
    public static IEnumerable<ModelManifest> WithParts(this ModelCatalog catalog, string name)
    {
        var known = catalog.Named(name);
        var own = known is not null && catalog.IsPresent(known)
            ? null
            : ModelCatalog.Imported(_ => { }).FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var model = own ?? known ?? throw new ModelFormatException(name, "a name of the catalogue", "none; see `pplcnet models list`");
        return model.File.Length > 0 ? [model] : model.Parts.Values.Distinct().SelectMany(catalog.WithParts);
    }

    private static IEnumerable<ModelManifest?> PartsOf(this ModelCatalog catalog, ModelManifest model) =>
        model.Parts.Values.Distinct().Select(catalog.Named);
}
