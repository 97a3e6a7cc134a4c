using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.TextDetection;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Attributes;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Cli.Commands.Models;

/// <summary>Pulls official models for <c>models pull</c> and for the flag <c>--pull</c>.</summary>
internal static class OfficialPull
{
    /// <summary>A client that takes the proxies of the environment.</summary>
    public static HttpClient Client()
    {
        // Stalls are noticed where bytes are read; a whole download may take as long as it needs.
        var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("pplcnet");
        return client;
    }

    /// <summary>
    /// The path of a model that can be loaded by this name; null where it is not here. Of a pair, the manifest's.
    /// </summary>
    public static string? Here(string name)
    {
        try
        {
            var found = ModelCatalog.Default.Find(name);
            return found.Manifest.Parts.Values.Distinct().All(part => Here(part) is not null)
                ? (found.Path.Length > 0 ? found.Path : name)
                : null;
        }
        catch (Exception e) when (e is ModelNotFoundException or ModelFormatException)
        {
            return null; // a damaged one is pulled again
        }
    }

    /// <summary>A model, or those that it joins and then itself.</summary>
    public static IEnumerable<OfficialModel> WithParts(OfficialModel model) =>
        [.. model.Parts.Values.Distinct().Select(p => OfficialModels.Find(p)!), model];

    /// <summary>Pulls one model.</summary>
    /// <returns>The path of its file.</returns>
    public static async Task<ModelFile> RunAsync(
        HttpClient client, OfficialModel model, string folder, string? from, bool acceptChanged)
    {
        using var progress = new ByteProgress(model.Name, from is null ? model.Bytes : 0);
        var options = new OfficialPullOptions { From = from, AcceptChanged = acceptChanged, Progress = progress, Check = Load };
        return await new OfficialPuller(client).PullAsync(model, folder, options, Interrupt.Stop).ConfigureAwait(false);
    }

    /// <summary>Pulls those of these models that are official and not here; tells on standard error what it does.</summary>
    public static async Task EnsureAsync(IEnumerable<string> names)
    {
        using var client = Client();
        foreach (var model in names.SelectMany(n => n.Split('+')).Where(n => n.Length > 0 && !File.Exists(n) && Here(n) is null)
            .Select(OfficialModels.Find).OfType<OfficialModel>().SelectMany(WithParts).DistinctBy(m => m.Name)
                .Where(m => Here(m.Name) is null).ToList())
        {
            Terminal.Warn(
                $"pulling '{model.Name}'{(model.Files is [var first, ..] ? $" from {new Uri(first.Address).Host}" : "")} ({model.License})");
            await RunAsync(client, model, ModelCatalog.CacheFolder, null, acceptChanged: false).ConfigureAwait(false);
        }
    }

    /// <summary>Loads a model in its task, so that one that does not fit is refused before it is in place.</summary>
    public static void Load(ModelFile file)
    {
        using IDisposable loaded = file.Manifest.Task switch
        {
            "detection" => Detector.Load(file),
            "text-detection" => TextDetector.Load(file),
            "text-recognition" => LineReader.Load(file),
            "embedding" => Embedder.Load(file),
            "attributes" => AttributeRecognizer.Load(file),
            _ => Classifier.Load(file),
        };
    }
}
