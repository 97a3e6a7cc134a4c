using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Models;

/// <summary>
/// Which models may be asked for by name: those of the catalog and those that were imported. A path is never a name, whether
/// there is a file or not.
/// </summary>
internal static class ModelNames
{
    /// <summary>Every model by name.</summary>
    public static IReadOnlyList<ModelManifest> All => [.. ModelCatalog.Default.Models, .. ModelCatalog.Imported(_ => { })];

    /// <summary>The manifest of a name.</summary>
    /// <exception cref="RequestException">There is no such model.</exception>
    public static ModelManifest Find(string name) =>
        All.FirstOrDefault(m => m.Name == name) ?? throw RequestException.NotFound("model", "There is no model of this name; GET /v1/models lists them.");

    /// <summary>Checks the name of a model of a task; of text readers, two may be joined by a plus sign.</summary>
    /// <exception cref="RequestException">There is no such model, or it does something else.</exception>
    public static void Check(string name, params ReadOnlySpan<string> tasks)
    {
        if (tasks.Contains("ocr") && name.Split('+') is { Length: 2 } parts)
        {
            Check(parts[0], "text-detection");
            Check(parts[1], "text-recognition");
            return;
        }

        var task = Find(name).Task;
        if (!tasks.Contains(task))
        {
            throw RequestException.Field("model", $"expected a model of task {string.Join(" or ", tasks.ToArray())}, found one of task {task}", StatusCodes.Status422UnprocessableEntity);
        }
    }
}
