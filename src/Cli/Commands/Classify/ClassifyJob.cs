using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Drawing;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands.Classify;

/// <summary>The best classes of each image.</summary>
internal sealed class ClassifyJob(Classifier classifier, int top) : ImageJob<ClassificationResult>
{
    private readonly ClassificationOptions _options = new() { Top = top };

    /// <inheritdoc/>
    public override ImageResult<ClassificationResult> Run(PixelBuffer image, CancellationToken cancellationToken) =>
        ImageResult.Of(classifier.Classify(image, _options, cancellationToken));

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, ClassificationResult value) => json.WriteClassification(value);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<ClassificationResult> answer)
    {
        Terminal.Line(answer.Input.Path);
        foreach (var found in answer.Value)
        {
            Terminal.Line($"  {found.Score,6:0.000}  {found.Label}");
        }

        if (answer.Value.IsUnknown)
        {
            Terminal.Line($"  unlike everything the model was trained on (novelty {answer.Value.Novelty:0.00})");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, ClassificationResult value) => value.Draw(image);

    /// <inheritdoc/>
    public override void Dispose() => classifier.Dispose();
}
