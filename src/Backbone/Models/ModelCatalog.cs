using System.Text.Json;

namespace PPLCNet.Vision.Backbone.Models;

/// <summary>
/// Finds models by name or path. A name is looked up in the catalogue and its file in this order: the project's <c>models</c>
/// folder, each folder of <c>$PPLCNET_MODELS</c>, the user's cache. Immutable and safe to share between threads.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, ModelManifest> _byName;

    /// <summary>A catalogue of these models, whose files lie in these folders.</summary>
    public ModelCatalog(IEnumerable<ModelManifest> models, IEnumerable<string> folders)
    {
        Models = [.. models];
        Folders = [.. folders];
        _byName = Models.ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The catalogue that comes with the library.</summary>
    public static ModelCatalog Default { get; } = Load();

    /// <summary>Every model that has a name.</summary>
    public IReadOnlyList<ModelManifest> Models { get; }

    /// <summary>Folders that are searched, in order.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Where pulled models are kept.</summary>
    public static string CacheFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "pplcnet",
        "models");

    /// <summary>Finds a model by its name in the catalogue or by the path of its file.</summary>
    /// <exception cref="ModelFormatException">No such name or file, or a file without a manifest.</exception>
    public ModelFile Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (_byName.TryGetValue(nameOrPath, out var manifest))
        {
            return manifest.File.Length == 0 ? new ModelFile(manifest, "") : new ModelFile(manifest, FindFile(manifest));
        }

        if (File.Exists(nameOrPath))
        {
            return new ModelFile(ManifestOf(nameOrPath), Path.GetFullPath(nameOrPath));
        }

        throw new ModelFormatException(nameOrPath, "a model name or file", $"neither; names are {string.Join(", ", Models.Select(m => m.Name))}");
    }

    private static ModelCatalog Load()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("catalog.json")
            ?? throw new InvalidOperationException("The catalogue is not embedded in this build.");
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

    private string FindFile(ModelManifest manifest) =>
        Folders.Select(f => Path.Combine(f, manifest.File)).FirstOrDefault(File.Exists)
        ?? throw new ModelFormatException(
            manifest.Name,
            $"the file '{manifest.File}'",
            $"it in none of {string.Join(", ", Folders)}");

    private ModelManifest ManifestOf(string path)
    {
        var beside = Path.ChangeExtension(path, ".json");
        if (File.Exists(beside))
        {
            using var stream = File.OpenRead(beside);
            return JsonSerializer.Deserialize(stream, ModelJson.Default.ModelManifest)
                ?? throw new ModelFormatException(beside, "a manifest", "null");
        }

        return Models.FirstOrDefault(m => string.Equals(m.File, Path.GetFileName(path), StringComparison.Ordinal))
            ?? throw new ModelFormatException(path, $"a manifest in '{Path.GetFileName(beside)}' beside it", "none, and no model of the catalogue has this file name");
    }
}
