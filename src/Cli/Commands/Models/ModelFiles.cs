using System.Security.Cryptography;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>Whether a catalogue entry's file is here, and whether it is the right one.</summary>
internal static class ModelFiles
{
    /// <summary>
    /// The entry's file in the first folder that has it; null where none has. A model of parts has none of its own.
    /// </summary>
    public static string? PathOf(ModelManifest model) => model.File.Length == 0
        ? null
        : ModelCatalog.Default.Folders.Select(f => Path.Combine(f, model.File)).FirstOrDefault(File.Exists);

    /// <summary>Whether the model can be loaded: its file, or every part's, is here.</summary>
    public static bool IsPresent(ModelManifest model) => model.File.Length > 0
        ? PathOf(model) is not null
        : model.Parts.Values.All(part => OfficialPull.Here(part) is not null);

    /// <summary>Bytes of the file, or of all parts.</summary>
    public static long Bytes(ModelManifest model) => model.File.Length > 0
        ? model.Bytes
        : model.Parts.Values.Distinct().Sum(part => ModelCatalog.Default.Models.FirstOrDefault(m => m.Name == part)?.Bytes ?? 0);

    /// <summary>SHA-256 of a file, lower-case hexadecimal.</summary>
    public static string Sha256(string path)
    {
        using var stream = InputFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary><c>ok</c>, <c>missing</c>, <c>unknown</c> (no hash in the catalogue) or <c>mismatch</c>.</summary>
    public static string Verify(ModelManifest model) => StateOf(PathOf(model), model);

    /// <summary>The same for a file that was found already; null is a missing one.</summary>
    public static string StateOf(string? path, ModelManifest model) =>
        path is null ? "missing"
        : model.Sha256.Length == 0 ? "unknown"
        : Sha256(path) == model.Sha256 ? "ok"
        : "mismatch";

    /// <summary>A model of the catalogue, one that was pulled or imported, or those that it joins.</summary>
    /// <exception cref="ModelFormatException">There is no such name.</exception>
    public static IEnumerable<ModelManifest> WithParts(string name)
    {
        var known = ModelCatalog.Default.Models.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var own = known is null || !IsPresent(known)
            ? ModelCatalog.Imported(_ => { }).FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) : null;
        var model = own ?? known
            ?? throw new ModelFormatException(name, "a name of the catalogue", "none; see `pplcnet models list`");
        return model.File.Length > 0 ? [model] : model.Parts.Values.Distinct().SelectMany(WithParts);
    }

    /// <summary>A size for people.</summary>
    public static string SizeText(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.0} MiB" : $"{bytes / 1024.0:0} KiB";
}
