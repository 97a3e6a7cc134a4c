using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Documents;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Ocr;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>Reads text with a loaded model; how, the command decides.</summary>
internal sealed class OcrJob(IDisposable model, bool plainText, Func<PixelBuffer, CancellationToken, PageReading> read) : ImageJob<PageReading>
{
    /// <inheritdoc/>
    public override ImageResult<PageReading> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var result = read(image, cancellationToken);
        return new ImageResult<PageReading>(result, result.Text.Timings);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, PageReading value) => json.WritePage(value);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<PageReading> answer)
    {
        var text = answer.Value.Text;
        foreach (var note in text.Notes)
        {
            Terminal.Warn($"{answer.Input.Path}: {note}.");
        }

        if (plainText)
        {
            foreach (var line in text.Lines)
            {
                Terminal.Line(line.Text);
            }

            return;
        }

        var turn = text.PageTurn == 0 ? "" : $", page turned by {text.PageTurn} degrees";
        var count = text.Lines.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}, {count} {(count == 1 ? "line" : "lines")}{turn}, {answer.Timings.Total:0} ms");
        var region = -1;
        for (var i = 0; i < text.Lines.Count; i++)
        {
            var line = text.Lines[i];
            if (answer.Value.RegionOfLine.Count > 0 && answer.Value.RegionOfLine[i] != region)
            {
                region = answer.Value.RegionOfLine[i];
                Terminal.Line(region < 0 ? "  -- outside" : $"  -- {answer.Value.Regions[region].Class} {answer.Value.Regions[region].Score:0.00}");
            }

            var corner = $"({line.Quad.TopLeft.X:0}, {line.Quad.TopLeft.Y:0})";
            Terminal.Line($"  {line.Score:0.000}  {corner,-12}  {Words(line)}");
        }

        var read = answer.Value.RegionOfLine.ToHashSet();
        foreach (var (_, silent) in answer.Value.Regions.Index().Where(r => !read.Contains(r.Index)))
        {
            Terminal.Line($"  -- {silent.Class} {silent.Score:0.00} at ({silent.Box.X0:0}, {silent.Box.Y0:0}) - ({silent.Box.X1:0}, {silent.Box.Y1:0}), no text");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, PageReading value) => value.Draw(image);

    /// <inheritdoc/>
    public override void Dispose() => model.Dispose();

    private static string Words(OcrLine line) =>
        line.Words.Count > 0 ? string.Join(" | ", line.Words.Select(w => w.Text)) : line.Text;
}
