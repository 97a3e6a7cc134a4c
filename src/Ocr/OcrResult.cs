using System.Numerics;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Ocr;

/// <summary>A word inside a line.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Score">Mean confidence of its characters, 0 to 1.</param>
/// <param name="Quad">Its corners in pixels of the image.</param>
public sealed record OcrWord(string Text, float Score, Quad Quad);

/// <summary>A line of text.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Score">Mean confidence of its characters, 0 to 1.</param>
/// <param name="Quad">Its corners in pixels of the image, clockwise from the top left of the text.</param>
/// <param name="Words">Its words, where they were asked for.</param>
public sealed record OcrLine(string Text, float Score, Quad Quad, IReadOnlyList<OcrWord> Words);

/// <summary>What was read in an image.</summary>
/// <param name="Lines">Lines in reading order.</param>
/// <param name="PageTurn">How far the page was found turned clockwise: 0, 90, 180 or 270 degrees.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record OcrResult(IReadOnlyList<OcrLine> Lines, int PageTurn, StageTimings Timings) : IPrediction<OcrResult>
{
    /// <inheritdoc/>
    public OcrResult WithTimings(StageTimings timings) => this with { Timings = timings };

    /// <summary>
    /// What the reader of the result should know, a sentence each: text that was left out, a page that is upside down.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The text in reading order, a line each.</summary>
    public string Text => string.Join('\n', Lines.Select(l => l.Text));

    /// <summary>The image with the lines and words framed, and beside it their text; without any text, the frames alone.</summary>
    /// <param name="image">The image in which the text was read; small ones are enlarged.</param>
    public PixelBuffer Draw(ImageSource image) => OcrDrawing.Draw(this, image);

    /// <summary>The result with every place moved: a result for a part of an image, in pixels of the whole.</summary>
    /// <param name="x">Left edge of the part.</param>
    /// <param name="y">Top edge of the part.</param>
    public OcrResult MovedBy(float x, float y) => this with { Lines = [.. Lines.Select(l => l.Map(p => p + new Vector2(x, y)))] };
}
