using System.Text.Json;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Ocr.Geometry;

namespace PPLCNet.Vision.Cli.Commands.Ocr;

/// <summary>Reads text with a loaded model; how, the command decides.</summary>
internal sealed class OcrJob(IDisposable model, bool plainText, Func<PixelBuffer, CancellationToken, OcrResult> read) : ImageJob<OcrResult>
{
    /// <inheritdoc/>
    public override ImageResult<OcrResult> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        var result = read(image, cancellationToken);
        return new ImageResult<OcrResult>(result, result.Timings);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, OcrResult value)
    {
        if (value.PageTurn != 0)
        {
            json.WriteNumber("page_turn", value.PageTurn);
        }

        json.WriteStartArray("lines");
        foreach (var line in value.Lines)
        {
            json.WriteStartObject();
            WritePiece(json, line.Text, line.Score, line.Quad);
            if (line.Words.Count > 0)
            {
                json.WriteStartArray("words");
                foreach (var word in line.Words)
                {
                    json.WriteStartObject();
                    WritePiece(json, word.Text, word.Score, word.Quad);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<OcrResult> answer)
    {
        if (plainText)
        {
            foreach (var line in answer.Value.Lines)
            {
                Terminal.Line(line.Text);
            }

            return;
        }

        var turn = answer.Value.PageTurn == 0 ? "" : $", page turned by {answer.Value.PageTurn} degrees";
        var count = answer.Value.Lines.Count;
        Terminal.Line($"{answer.Input.Path}  {answer.Width}x{answer.Height}, {count} {(count == 1 ? "line" : "lines")}{turn}, {answer.Timings.Total:0} ms");
        foreach (var line in answer.Value.Lines)
        {
            var corner = $"({line.Quad.TopLeft.X:0}, {line.Quad.TopLeft.Y:0})";
            Terminal.Line($"  {line.Score:0.000}  {corner,-12}  {Words(line)}");
        }
    }

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, OcrResult value) => OcrDrawing.Draw(image, value);

    /// <inheritdoc/>
    public override void Dispose() => model.Dispose();

    private static string Words(OcrLine line) =>
        line.Words.Count > 0 ? string.Join(" | ", line.Words.Select(w => w.Text)) : line.Text;

    private static void WritePiece(Utf8JsonWriter json, string text, float score, Quad quad)
    {
        json.WriteString("text", text);
        json.WriteNumber("score", score);
        json.WriteStartArray("quad");
        for (var i = 0; i < 4; i++)
        {
            json.WriteStartArray();
            json.WriteNumberValue(quad[i].X);
            json.WriteNumberValue(quad[i].Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
