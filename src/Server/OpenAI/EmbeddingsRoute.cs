using System.Text.Json;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.OpenAI;

/// <summary><c>POST /v1/embeddings</c> as OpenAI's clients send it, with images as data URIs instead of texts.</summary>
internal sealed class EmbeddingsRoute(BodyReader bodies, ImageWork work, Predictors predictors, PplcnetServerOptions options)
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/embeddings";

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var trace = RequestTrace.Of(context);
        trace.Task = "embeddings";
        using var body = await ReadAsync(context).ConfigureAwait(false);
        var base64 = body.Text("encoding_format") switch
        {
            null or "float" => false,
            "base64" => true,
            var other => throw RequestException.Field("encoding_format", $"expected float or base64, found '{other}'"),
        };
        var name = body.Text("model") ?? Embedder.DefaultModel;
        trace.Model = name;
        using var deadline = new Deadline(options.Timeout, context.RequestAborted);
        var images = new List<ImageUpload>();
        try
        {
            foreach (var image in body.TakeImages("input"))
            {
                images.Add(await bodies.OpenAsync(image, deadline.Token).ConfigureAwait(false));
            }

            if (images.Count == 0)
            {
                throw RequestException.Field("input", "expected an image as data URI, or a list of them");
            }

            using var lease = await predictors.EmbedderAsync(name, deadline.Token).ConfigureAwait(false);
            if (body.Whole("dimensions") is { } dimensions && dimensions != lease.Model.Dimensions)
            {
                throw RequestException.Field("dimensions", $"'{name}' makes vectors of {lease.Model.Dimensions} values, found {dimensions}");
            }

            var outcomes = await work.RunAsync(trace, images, (image, _, token) => lease.Model.Embed(image, null, token), deadline.Token).ConfigureAwait(false);
            if (outcomes.Any(o => o.Error is RequestException { Status: StatusCodes.Status415UnsupportedMediaType }))
            {
                throw NoImage(); // a word may be base64, too
            }

            float[][] vectors = [.. outcomes.Select(ImageWork.Value).Select(r => r.Vector)];
            ServerTiming.Write(context, trace);
            await JsonAnswer.WriteAsync(context, json => EmbeddingsAnswer.Write(json, name, vectors, base64)).ConfigureAwait(false);
        }
        finally
        {
            images.ForEach(i => i.Dispose());
        }
    }

    private static RequestException NoImage() =>
        RequestException.Field("input", "this model embeds images: expected a data URI with an image in base64, or a list of them");

    private async Task<JsonBody> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonBody.ReadAsync(context, bodies, ["input"], context.RequestAborted).ConfigureAwait(false);
        }
        catch (RequestException e) when (e.Errors?.ContainsKey("input") == true)
        {
            throw NoImage();
        }
    }
}
