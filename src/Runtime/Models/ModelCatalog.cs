using System.Text.Json;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>
/// Finds models by name or path. A name is looked up in the catalog and its file in this order: the project's <c>models</c>
/// folder, each folder of <c>$PPLCNET_MODELS</c>, the user's cache. Immutable and safe to share between threads.
/// </summary>
public sealed class ModelCatalog
{
    private const long MaxManifestBytes = 64 << 20; // label lists of tens of thousands of classes take some megabytes

    private readonly Dictionary<string, ModelManifest> _byName;

    /// <summary>A catalog of these models, whose files are in these folders.</summary>
    public ModelCatalog(IEnumerable<ModelManifest> models, IEnumerable<string> folders)
    {
        Models = [.. models];
        Folders = [.. folders];
        _byName = Models.ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The catalog that ships with the library.</summary>
    public static ModelCatalog Default { get; } = Load();

    /// <summary>Every model that has a name.</summary>
    public IReadOnlyList<ModelManifest> Models { get; }

    /// <summary>Folders that are searched, in order.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Where downloaded models are kept.</summary>
    public static string CacheFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache : HomeCache(),
        "pplcnet",
        "models");

    /// <summary>
    /// Finds a model by its name in the catalog, by the path of its file, or by the name under which it was imported.
    /// </summary>
    /// <param name="nameOrPath">A name, or a path whose manifest stands in a <c>.json</c> beside it, in its ONNX metadata, or
    /// in the catalog under its file name.</param>
    /// <param name="task">Which entry to prefer where the catalog has several for one file name.</param>
    /// <exception cref="ModelNotFoundException">No model has this name, or its file was not found.</exception>
    /// <exception cref="ModelFormatException">The file has no manifest, or one that cannot be read.</exception>
    public ModelFile Find(string nameOrPath, string? task = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (_byName.TryGetValue(nameOrPath, out var manifest))
        {
            return manifest.File.Length == 0 || FindFile(manifest) is not null
                ? new ModelFile(manifest, FindFile(manifest) ?? "") { LabelFolders = Folders }
                : FindImported(manifest.Name) ?? throw Missing(manifest);
        }

        if (File.Exists(nameOrPath))
        {
            return FromPath(nameOrPath, task);
        }

        if (FindImported(nameOrPath) is { } imported)
        {
            return imported;
        }

        throw OfficialModels.Find(nameOrPath) is { } official
            ? new ModelNotFoundException(
                official.Name,
                $"'{official.Name}' is an official model that is not here; `pplcnet models pull {official.Name}` fetches it.")
            : new ModelNotFoundException(nameOrPath,
                $"'{nameOrPath}': expected a model name or file; found neither. Names are {string.Join(", ", Models.Select(m => m.Name))}.");
    }

    /// <summary>Models that the user imported: manifests in the cache folder, by name.</summary>
    /// <param name="broken">Told of manifests that cannot be read, which are skipped; null lets the first one throw.</param>
    /// <exception cref="ModelFormatException">A manifest there is invalid.</exception>
    public static IEnumerable<ModelManifest> Imported(Action<Exception>? broken = null)
    {
        if (!Directory.Exists(CacheFolder))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(CacheFolder, "*.json").Order(StringComparer.Ordinal))
        {
            ModelManifest manifest;
            try
            {
                manifest = ReadManifest(path);
            }
            catch (Exception e) when (broken is not null && e is ModelFormatException or IOException or UnauthorizedAccessException)
            {
                broken(e);
                continue;
            }

            yield return manifest;
        }
    }

    /// <summary>An imported model is a manifest NAME.json with its file beside it, in any folder that is searched.</summary>
    private ModelFile? FindImported(string name)
    {
        var path = name.AsSpan().IndexOfAny('/', '\\') >= 0
            ? null
            : Folders.Select(f => Path.Combine(f, name + ".json")).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return null;
        }

        var manifest = ReadManifest(path);
        var file = manifest.File.Length == 0 ? "" : Path.Combine(Path.GetDirectoryName(path)!, manifest.File);
        return file.Length == 0 || File.Exists(file)
            ? new ModelFile(manifest, file) { LabelFolders = Folders }
            : throw new ModelFormatException(path, $"the file '{manifest.File}' beside the manifest", "none");
    }

    /// <summary>
    /// Below the user's folder; where there is none, below the system's temporary folder, and never below the current one.
    /// </summary>
    private static string HomeCache()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return Path.IsPathRooted(home) ? Path.Combine(home, ".cache") : Path.Combine(Path.GetTempPath(), $"pplcnet-{Environment.UserName}");
    }

    private static ModelManifest ReadManifest(string path) =>
        ForeignData.ReadModel(path, "a manifest", () => ModelJson.ReadManifest(InputFile.ReadAllBytes(path, MaxManifestBytes), path));

    private static byte[] ReadModel(string path) => ForeignData.ReadModel(path, "a model", () => InputFile.ReadAllBytes(path));

    private static ModelCatalog Load()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("catalog.json")
            ?? throw new InvalidOperationException("The catalog is not embedded in this build.");
        var file = JsonSerializer.Deserialize(stream, ModelJson.Default.CatalogFile)!;
        return new ModelCatalog(file.Models, DefaultFolders());
    }

    private static IEnumerable<string> DefaultFolders()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "models", "catalog.json")))
            {
                yield return Path.Combine(folder.FullName, "models");
                break;
            }
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PPLCNET_MODELS") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        yield return CacheFolder;
    }

    private string? FindFile(ModelManifest manifest) =>
        Folders.Select(f => Path.Combine(f, manifest.File)).FirstOrDefault(File.Exists);

    private ModelNotFoundException Missing(ModelManifest manifest)
    {
        var isPulled = manifest.Sources.Count > 0 || OfficialModels.Find(manifest.Name) is not null;
        var help = isPulled ? $"`pplcnet models pull {manifest.Name}` fetches it" : "set PPLCNET_MODELS to a folder that has it";
        return new ModelNotFoundException(
            manifest.Name,
            $"'{manifest.Name}': expected the file '{manifest.File}'; found it in none of {string.Join(", ", Folders)}; {help}.");
    }

    private ModelFile FromPath(string path, string? task)
    {
        var full = Path.GetFullPath(path);
        if (WeightsFile.ReadManifest(path) is { } own)
        {
            return new ModelFile(own, full) { LabelFolders = Folders };
        }

        var beside = Path.ChangeExtension(path, ".json");
        if (File.Exists(beside))
        {
            return new ModelFile(ReadManifest(beside), full) { LabelFolders = Folders };
        }

        if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase)
            && OnnxFile.ReadManifest(ReadModel(path), path) is { } embedded)
        {
            return new ModelFile(embedded, full) { VerifiesHash = false, LabelFolders = Folders };
        }

        var named = Models.Where(m => m.File == Path.GetFileName(path)).OrderByDescending(m => m.Task == task).FirstOrDefault();
        return named is not null
            ? new ModelFile(named, full) { VerifiesHash = false, LabelFolders = Folders }
            : throw new ModelFormatException(
                path,
                $"a manifest in '{Path.GetFileName(beside)}' beside it or in its metadata '{OnnxFile.ManifestKey}'",
                "neither, and no model of the catalog has this file name");
    }
}
