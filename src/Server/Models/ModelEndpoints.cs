using System.Text.Json;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Models;

/// <summary><c>/v1/models</c>: OpenAI's list with properties of our own.</summary>
internal sealed class ModelEndpoints(ModelPool pool)
{
    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        routes.MapGet("/v1/models", guard.Wrap(Role.Read, ListAsync));
        routes.MapGet("/v1/models/{model}", guard.Wrap(Role.Read, context =>
            JsonAnswer.WriteAsync(context, Writer(ModelNames.Find(Name(context)), details: true))));
        routes.MapPost("/v1/models/{model}/reload", guard.Wrap(Role.Admin, ReloadAsync));
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["model"]!;

    private Task ListAsync(HttpContext context)
    {
        ModelManifest[] models = [.. ModelNames.All.Where(IsHere)];
        return JsonAnswer.WriteObjectAsync(context, json =>
        {
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var model in models)
            {
                Writer(model, details: false)(json);
            }

            json.WriteEndArray();
        });
    }

    private async Task ReloadAsync(HttpContext context)
    {
        var model = ModelNames.Find(Name(context));
        var reloaded = await pool.ReloadAsync(model.Name).ConfigureAwait(false);
        await JsonAnswer.WriteObjectAsync(context, json => json.WriteNumber("reloaded", reloaded)).ConfigureAwait(false);
    }

    private Action<Utf8JsonWriter> Writer(ModelManifest model, bool details) => json =>
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", 0);
        json.WriteString("owned_by", "pplcnet");
        json.WriteString("task", model.Task);
        json.WriteString("description", model.Description);
        json.WriteString("license", model.License);
        json.WriteNumber("bytes", model.Bytes);
        json.WriteBoolean("loaded", pool.Loaded.Any(k => k.Name == model.Name));
        if (details)
        {
            json.WriteBoolean("present", IsHere(model));
            json.WriteStartArray("classes");
            foreach (var label in Labels(model))
            {
                json.WriteStringValue(label);
            }

            json.WriteEndArray();
            if (model.Preprocess?.Size.TensorSize is var (width, height))
            {
                json.WriteStartArray("input");
                json.WriteNumberValue(width);
                json.WriteNumberValue(height);
                json.WriteEndArray();
            }
        }

        json.WriteEndObject();
    };

    private static bool IsHere(ModelManifest model) => model.File.Length > 0
        ? ModelCatalog.Default.Folders.Any(f => File.Exists(Path.Combine(f, model.File)))
        : model.Parts.Values.All(part => ModelNames.All.Any(m => m.Name == part && IsHere(m)));

    /// <summary>Class names; dictionaries of text readers are none.</summary>
    private static IReadOnlyList<string> Labels(ModelManifest model)
    {
        if (model.Task is not ("classification" or "detection" or "segmentation" or "orientation") || !IsHere(model))
        {
            return model.Task == "text-recognition" ? [] : model.Labels;
        }

        try
        {
            return ModelCatalog.Default.Find(model.Name).ReadLabels();
        }
        catch (ModelFormatException)
        {
            return [];
        }
    }
}
