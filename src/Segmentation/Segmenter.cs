using System.Diagnostics;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation;

/// <summary>
/// Tells the class of every pixel of an image, with DeepLabV3+ on PP-LCNet or any other per-pixel network that a manifest describes.
/// Immutable and safe to share between threads; several images at once need no lock.
/// </summary>
public sealed class Segmenter : IDisposable
{
    /// <summary>The model that serves a new user best: street scenes, 11 classes.</summary>
    public const string DefaultModel = "deeplabv3p-pplcnet-x1.0-camvid";

    private readonly SegmentationNetwork _network;
    private readonly SegmenterOptions _options;

    private Segmenter(SegmentationNetwork network, SegmenterOptions options)
    {
        _network = network;
        _options = options;
        Palette = Palette.Named(network.Settings.Palette);
    }

    /// <summary>Name of the model.</summary>
    public string Name => _network.Name;

    /// <summary>Names of the classes by id.</summary>
    public IReadOnlyList<string> ClassNames => _network.Labels;

    /// <summary>Colours of the classes by id.</summary>
    public Palette Palette { get; }

    /// <summary>What the model's manifest says beyond labels and preprocessing.</summary>
    public SegmentationSettings Settings => _network.Settings;

    /// <summary>Loads a model by name or path.</summary>
    /// <exception cref="ModelFormatException">No such model, or it does not fit its manifest.</exception>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    public static Segmenter Load(string nameOrPath = DefaultModel, SegmenterOptions? options = null) =>
        Load(ModelCatalog.Default.Find(nameOrPath, "segmentation"), options);

    /// <summary>Loads a model from memory: an ONNX file, or weights where <paramref name="manifest"/> names a network in code.</summary>
    /// <inheritdoc cref="Load(string, SegmenterOptions?)"/>
    public static Segmenter Load(ReadOnlyMemory<byte> model, ModelManifest? manifest = null, SegmenterOptions? options = null) =>
        Load(ModelFile.FromBytes(model, manifest), options);

    /// <summary>Loads a model from a stream, read to its end.</summary>
    /// <inheritdoc cref="Load(string, SegmenterOptions?)"/>
    public static Segmenter Load(Stream model, ModelManifest? manifest = null, SegmenterOptions? options = null) =>
        Load(ModelFile.FromStream(model, manifest), options);

    /// <summary>Loads a model that was found.</summary>
    /// <inheritdoc cref="Load(string, SegmenterOptions?)"/>
    public static Segmenter Load(ModelFile file, SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= SegmenterOptions.Default;
        options.Validate();
        return new Segmenter(SegmentationNetwork.Load(file, options), options);
    }

    /// <summary>Segments an image file.</summary>
    /// <exception cref="ImageException">It is no image.</exception>
    public SegmentationResult Segment(string path, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var image = ImageFile.Read(path);
        return Segment(image, new StageTimings(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 0, 0), cancellationToken);
    }

    /// <summary>Segments an image of any size; the label map is as large as the image.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SegmentationResult Segment(PixelView image, CancellationToken cancellationToken = default) =>
        Segment(image, default, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private SegmentationResult Segment(PixelView image, StageTimings timings, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var before = timings;
        var (labels, logits) = _options.Window is { } window && (image.Width > window.Width || image.Height > window.Height)
            ? SegmentByWindows(image, window, ref timings, cancellationToken)
            : SegmentWhole(image, ref timings, cancellationToken);
        var rest = Stopwatch.GetElapsedTime(start).TotalMilliseconds - (timings.Total - before.Total);
        return new SegmentationResult(labels, ClassNames, Palette, timings + new StageTimings(0, 0, 0, Math.Max(0, rest)), logits);
    }

    private (LabelMap Labels, LogitsStore? Logits) SegmentWhole(PixelView image, ref StageTimings timings, CancellationToken cancellationToken)
    {
        using var scores = _network.Run(image, ref timings, cancellationToken);
        var decoder = scores.Decoder(Settings.AlignCorners);
        var grid = scores.Grid(ClassNames.Count);
        var plane = scores.Height * scores.Width;
        var store = _options.KeepLogits
            ? new LogitsStore(
                scores.Values[..(ClassNames.Count * plane)].ToArray(), ClassNames.Count, scores.Height, scores.Width, decoder, Settings.Softmax)
            : null;
        return (decoder.ArgMax(grid), store);
    }

    private (LabelMap Labels, LogitsStore? Logits) SegmentByWindows(
        PixelView image, PixelSize window, ref StageTimings timings, CancellationToken cancellationToken)
    {
        var step = _options.WindowStep ?? new PixelSize(Math.Max(1, window.Width * 2 / 3), Math.Max(1, window.Height * 2 / 3));
        var rows = WindowSpan.Cover(image.Height, window.Height, step.Height);
        var columns = WindowSpan.Cover(image.Width, window.Width, step.Width);
        var (classes, width, height) = (ClassNames.Count, image.Width, image.Height);
        var sums = new WindowAccumulator(classes, width, rows[0].Length);
        var labels = new LabelMap(width, height);
        var kept = _options.KeepLogits ? new float[checked(classes * width * height)] : null;
        var single = new LogitsDecoder(BilinearAxis.Create(width, width), BilinearAxis.Create(1, 1));
        for (var r = 0; r < rows.Count; r++)
        {
            foreach (var column in columns)
            {
                var part = image.Crop(column.Start, rows[r].Start, column.Length, rows[r].Length);
                using var scores = _network.Run(part, ref timings, cancellationToken);
                sums.Add(rows[r], column, scores.Decoder(Settings.AlignCorners), scores.Grid(classes));
            }

            sums.Finish(r + 1 < rows.Count ? rows[r + 1].Start : height, (y, row) =>
            {
                single.ArgMax(new LogitsGrid(row, classes, 1, width, classes), labels.Row(y));
                for (var c = 0; kept is not null && c < classes; c++)
                {
                    row.Slice(c * width, width).CopyTo(kept.AsSpan((((c * height) + y) * width)));
                }
            });
        }

        return (labels, kept is null ? null : new LogitsStore(
            kept, classes, height, width, new LogitsDecoder(BilinearAxis.Create(width, width), BilinearAxis.Create(height, height)), Settings.Softmax));
    }
}
