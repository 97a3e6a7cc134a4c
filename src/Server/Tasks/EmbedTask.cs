using System.Runtime.InteropServices;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime.Embedding;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/embed</c>: a vector for an image, as <c>pplcnet embed</c> makes it.</summary>
internal sealed class EmbedTask(Predictors predictors) : VisionTask("embed", "Turns images into vectors of features.", _model, _raw, _form)
{
    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model; the default is {Embedder.DefaultModel}.");
    private static readonly QueryOption<bool?> _raw = QueryOption.Flag("raw", "Leave the vectors as they are instead of dividing them by their length.");
    private static readonly QueryOption<string?> _form = QueryOption.Choice("form", "floats, or base64 of little-endian float32.", "floats", "base64");

    /// <inheritdoc/>
    public override bool CanDraw => false;

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_model) ?? Embedder.DefaultModel;
        var options = new EmbeddingOptions { Normalize = values.Get(_raw) != true };
        var base64 = values.Get(_form) == "base64";
        var embedder = await predictors.EmbedderAsync(name, cancellationToken).ConfigureAwait(false);
        return new TaskRun(
            name,
            (image, token) =>
            {
                var result = embedder.Model.Embed(image, options, token);
                return new TaskAnswer(result.Timings, json =>
                {
                    if (base64)
                    {
                        json.WriteBase64String("embedding", MemoryMarshal.AsBytes(result.Vector.AsSpan()));
                    }
                    else
                    {
                        json.WriteFloats("embedding", result.Vector);
                    }
                });
            },
            embedder);
    }
}
