using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Server.Galleries;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/analyse</c>: every head of one network in one pass, as <c>pplcnet analyse</c> answers.</summary>
internal sealed class AnalyseTask(Predictors predictors, GalleryStore galleries) : VisionTask(
    "analyse",
    "Answers with every head of one network in one pass: classes, objects, mask, neighbours.",
    _model, _gallery, _top, _k, _score, _embedding)
{
    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model; the default is {ImageAnalyzer.DefaultModel}.");
    private static readonly QueryOption<string?> _gallery = QueryOption.Text("gallery", "A gallery made by the same network: tells the nearest items.");
    private static readonly QueryOption<int?> _top = QueryOption.Whole("top", "How many classes to tell; the default is 5.");
    private static readonly QueryOption<int?> _k = QueryOption.Whole("k", "How many nearest items to tell; the default is 5.", 1, 10_000);
    private static readonly QueryOption<float?> _score = QueryOption.Number("score", "Only objects above this score; the default is 0.4.");
    private static readonly QueryOption<bool?> _embedding = QueryOption.Flag("embedding", "Add the vector.");

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_model) ?? ImageAnalyzer.DefaultModel;
        var (gallery, tellsEmbedding) = (values.Get(_gallery), values.Get(_embedding) ?? false);
        var options = new AnalysisOptions
        {
            Classification = new ClassificationOptions { Top = values.Get(_top) ?? ClassificationOptions.Default.Top },
            Detection = AnalysisOptions.Default.Detection with { ScoreThreshold = values.Get(_score) ?? AnalysisOptions.Default.Detection.ScoreThreshold },
            Neighbors = values.Get(_k) ?? AnalysisOptions.Default.Neighbors,
        };
        var use = gallery is null ? null : await galleries.UseAsync(gallery, rights, cancellationToken).ConfigureAwait(false);
        try
        {
            var analyzer = await predictors.AnalyzerAsync(name, tellsEmbedding || use is not null, cancellationToken).ConfigureAwait(false);
            if (use is not null)
            {
                Require(use.Slot, analyzer);
            }

            return new TaskRun(
                name,
                (image, token) =>
                {
                    var result = analyzer.Model.Analyze(image, options, token);
                    var near = use is null ? result : result with { Neighbors = Neighbors(use.Slot.Index, result, options.Neighbors, token) };
                    return new TaskAnswer(near.Timings, json => json.WriteAnalysis(near, tellsEmbedding)) { Draw = pixels => near.Draw(pixels) };
                },
                analyzer,
                use);
        }
        catch
        {
            use?.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<VectorMatch> Neighbors(IVectorIndex index, ImageAnalysis result, int count, CancellationToken cancellationToken) =>
        index.Search(result.Embedding!.Value, new SearchOptions { K = count }, cancellationToken);

    private static void Require(GallerySlot slot, ModelLease<ImageAnalyzer> analyzer)
    {
        try
        {
            slot.Index.Model.Require(slot.Name, new VectorModel(analyzer.Model.Name, analyzer.Model.Fingerprint));
            if (slot.Index.Dimensions == analyzer.Model.Dimensions)
            {
                return;
            }
        }
        catch (ModelFormatException)
        {
            // Told below, as vectors of another length are.
        }

        analyzer.Dispose();
        throw new RequestException(StatusCodes.Status409Conflict, "model", "The gallery was made by another model.");
    }
}
