using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Tasks;

namespace PPLCNet.Vision.Server.OpenApi;

/// <summary>Describes the tasks from the very tables by which requests are read.</summary>
internal sealed class ApiDescription(TaskList tasks) : IOpenApiDocumentTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "pplcnet serve",
            Version = "1",
            Description = "Text, objects, segmentation, classes, vectors and image search on CPUs. Answers are the JSON objects of the pplcnet command.",
        };
        foreach (var task in tasks.Tasks)
        {
            var item = new OpenApiPathItem();
            item.AddOperation(HttpMethod.Post, Describe(task));
            document.Paths[$"/v1/{task.Name}"] = item;
        }

        foreach (var (path, method, summary) in RouteSummaries.All)
        {
            if (!document.Paths.TryGetValue(path, out var known) || known is not OpenApiPathItem item)
            {
                document.Paths[path] = item = new OpenApiPathItem();
            }

            item.AddOperation(method, Describe(path, summary));
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Describe(VisionTask task) => new()
    {
        OperationId = task.Name,
        Summary = task.Summary,
        Parameters = [.. task.Options.Select(Describe)],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "An image; multipart/form-data takes several files named image, JSON takes base64.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["image/*"] = new OpenApiMediaType { Schema = Binary() },
                ["application/octet-stream"] = new OpenApiMediaType { Schema = Binary() },
                ["multipart/form-data"] = new OpenApiMediaType { Schema = Object("image", Binary()) },
                ["application/json"] = new OpenApiMediaType { Schema = Object("image", new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" }) },
            },
        },
        Responses = Responses(AnswerForms.MediaTypes(task)),
    };

    private static OpenApiOperation Describe(string path, string summary) => new()
    {
        Summary = summary,
        Parameters = [.. path.Split('/').Where(p => p.StartsWith('{')).Select(p => new OpenApiParameter
        {
            Name = p.Trim('{', '}'),
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        })],
        Responses = Responses(["application/json"]),
    };

    private static OpenApiParameter Describe(QueryOption option) => new()
    {
        Name = option.Name,
        In = ParameterLocation.Query,
        Description = option.Description,
        Schema = new OpenApiSchema
        {
            Type = option.Type switch
            {
                "number" => JsonSchemaType.Number,
                "integer" => JsonSchemaType.Integer,
                "boolean" => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Minimum = Text(option.Least),
            Maximum = Text(option.Most),
            Enum = option.Choices is { } choices ? [.. choices.Select(c => (JsonNode)c)] : null,
        },
    };

    private static OpenApiResponses Responses(IEnumerable<string> types) => new()
    {
        ["200"] = new OpenApiResponse
        {
            Description = "The answer.",
            Content = types.ToDictionary(t => t, t => new OpenApiMediaType
            {
                Schema = t == "application/json" ? new OpenApiSchema { Type = JsonSchemaType.Object } : Binary(),
            }),
        },
        ["default"] = new OpenApiResponse
        {
            Description = "Problem details (RFC 9457) with code and requestId.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
            },
        },
    };

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiSchema Object(string name, IOpenApiSchema schema) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { [name] = schema },
    };

    private static string? Text(double? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
