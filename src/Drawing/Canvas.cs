using System.Numerics;
using PPLCNet.Vision.Imaging;
using SkiaSharp;

namespace PPLCNet.Vision.Drawing;

/// <summary>
/// Draws results on an image: boxes, polygons, regions, labels with legible text in Latin, Greek, Cyrillic, Chinese and
/// Japanese.
/// </summary>
/// <remarks>
/// Coordinates are pixels of the image, x right, y down. Not safe to share between threads; several canvases are.
/// </remarks>
public sealed partial class Canvas : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;

    /// <summary>Starts from a copy of <paramref name="image"/>.</summary>
    /// <exception cref="DllNotFoundException">Skia's native library does not load; the message says which package brings
    /// it.</exception>
    public Canvas(PixelView image)
        : this(image.Width, image.Height) => CopyIn(image);

    /// <summary>Starts from an empty sheet.</summary>
    /// <exception cref="DllNotFoundException">Skia's native library does not load; the message says which package brings
    /// it.</exception>
    public Canvas(int width, int height, Color background)
        : this(width, height) => _canvas.Clear(Sk(background));

    private Canvas(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        try
        {
            _bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
            _canvas = new SKCanvas(_bitmap);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new DllNotFoundException(
                "Drawing needs Skia's native library (libSkiaSharp), which does not load. On Linux, add the package "
                + "SkiaSharp.NativeAssets.Linux.NoDependencies to the application; Windows and macOS get it with SkiaSharp.",
                e);
        }

        LineWidth = MathF.Max(1.5f, MathF.Round(Math.Min(width, height) / 300f));
        TextSize = Math.Clamp(Math.Min(width, height) / 36f, 12f, 40f);
    }

    /// <summary>Width in pixels.</summary>
    public int Width => _bitmap.Width;

    /// <summary>Height in pixels.</summary>
    public int Height => _bitmap.Height;

    /// <summary>Width of lines in pixels; suits the image's size unless set.</summary>
    public float LineWidth { get; set; }

    /// <summary>Height of text in pixels; suits the image's size unless set.</summary>
    public float TextSize { get; set; }

    /// <summary>Whether every character of <paramref name="text"/> has a glyph in the embedded fonts.</summary>
    public static bool CanDraw(string text) => FontSet.CanDraw(text);

    /// <summary>Outlines a box, with a label on its upper edge where <paramref name="label"/> is given.</summary>
    public void Box(float x0, float y0, float x1, float y1, Color color, string? label = null)
    {
        using var paint = Stroke(color);
        _canvas.DrawRect(SKRect.Create(x0, y0, x1 - x0, y1 - y0), paint);
        if (!string.IsNullOrEmpty(label))
        {
            Label(x0 - (LineWidth / 2), y0, label, color);
        }
    }

    /// <summary>Outlines a closed polygon, for example the four corners of a text line.</summary>
    public void Polygon(ReadOnlySpan<Vector2> corners, Color color)
    {
        using var path = ToPath(corners);
        using var paint = Stroke(color);
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Fills a polygon; a color with <see cref="Color.WithOpacity"/> lets the image shine through.</summary>
    public void Fill(ReadOnlySpan<Vector2> corners, Color color)
    {
        using var path = ToPath(corners);
        using var paint = new SKPaint { Color = Sk(color), Style = SKPaintStyle.Fill, IsAntialias = true };
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Draws an open line.</summary>
    public void Line(Vector2 from, Vector2 to, Color color)
    {
        using var paint = Stroke(color);
        _canvas.DrawLine(from.X, from.Y, to.X, to.Y, paint);
    }

    /// <summary>The drawn image as <see cref="PixelFormat.Bgr24"/>.</summary>
    public PixelBuffer ToPixelBuffer()
    {
        _canvas.Flush();
        var pixels = new PixelBuffer(Width, Height);
        var bytes = _bitmap.GetPixelSpan();
        for (var y = 0; y < Height; y++)
        {
            var from = bytes.Slice(y * _bitmap.RowBytes, Width * 4);
            var to = pixels.Row(y);
            for (int x = 0, i = 0; x < to.Length; x += 3, i += 4)
            {
                to[x] = from[i];
                to[x + 1] = from[i + 1];
                to[x + 2] = from[i + 2];
            }
        }

        return pixels;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private static SKColor Sk(Color color) => new(color.R, color.G, color.B, color.A);

    private static SKPath ToPath(ReadOnlySpan<Vector2> corners)
    {
        if (corners.Length < 2)
        {
            throw new ArgumentException($"A polygon needs at least two corners, found {corners.Length}.", nameof(corners));
        }

        using var path = new SKPathBuilder();
        path.MoveTo(corners[0].X, corners[0].Y);
        foreach (var corner in corners[1..])
        {
            path.LineTo(corner.X, corner.Y);
        }

        path.Close();
        return path.Detach();
    }

    private unsafe void CopyIn(PixelView image)
    {
        var (red, green, blue) = image.Format.ChannelOffsets();
        var step = image.Format.BytesPerPixel();
        var start = (byte*)_bitmap.GetPixels();
        for (var y = 0; y < Height; y++)
        {
            var from = image.Row(y);
            var to = new Span<byte>(start + ((long)y * _bitmap.RowBytes), Width * 4);
            for (int x = 0, i = 0; x < to.Length; x += 4, i += step)
            {
                to[x] = from[i + blue];
                to[x + 1] = from[i + green];
                to[x + 2] = from[i + red];
                to[x + 3] = 255;
            }
        }
    }

    private SKPaint Stroke(Color color) => new()
    {
        Color = Sk(color),
        Style = SKPaintStyle.Stroke,
        StrokeWidth = LineWidth,
        StrokeJoin = SKStrokeJoin.Round,
        IsAntialias = true,
    };
}
