using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary><c>/v1/classify</c>: what an image shows, as <c>pplcnet classify</c> tells it.</summary>
internal sealed class ClassifyTask(Predictors predictors) : VisionTask(
    "classify", "Names what images show, or how pages are turned.", _model, _top)
{
    private static readonly QueryOption<string?> _model = QueryOption.Text("model", $"Name of the model; the default is {Classifier.DefaultModel}.");
    private static readonly QueryOption<int?> _top = QueryOption.Whole("top", "How many classes to tell; the default is 5.");

    /// <inheritdoc/>
    public override async Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken)
    {
        var name = values.Get(_model) ?? Classifier.DefaultModel;
        var options = new ClassificationOptions { Top = values.Get(_top) ?? ClassificationOptions.Default.Top };
        var classifier = await predictors.ClassifierAsync(name, cancellationToken).ConfigureAwait(false);
        return new TaskRun(
            name,
            (image, token) =>
            {
                var result = classifier.Model.Classify(image, options, token);
                return new TaskAnswer(result.Timings, json => json.WriteTop(result)) { Draw = pixels => result.Draw(pixels) };
            },
            classifier);
    }
}
