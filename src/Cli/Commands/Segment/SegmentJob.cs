using System.Text.Json;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Segment;

/// <summary>Segments images and writes their label maps and overlays.</summary>
internal sealed class SegmentJob : ImageJob<SegmentationResult>
{
    private readonly Segmenter _segmenter;
    private readonly SegmentFiles _files;
    private readonly byte[]? _ids;

    /// <summary>Takes over the segmenter.</summary>
    /// <exception cref="CliException">The data set's ids are asked for and the model names none.</exception>
    public SegmentJob(Segmenter segmenter, SegmentFiles files)
    {
        _segmenter = segmenter;
        _files = files;
        if (!files.DataSetIds)
        {
            return;
        }

        if (segmenter.Settings.DataSetIds is not { Count: > 0 } ids)
        {
            segmenter.Dispose();
            throw CliException.Usage($"'{segmenter.Name}' names no ids of its data set.");
        }

        _ids = new byte[256];
        for (var i = 0; i < ids.Count; i++)
        {
            _ids[i] = ids[i];
        }
    }

    /// <inheritdoc/>
    public override ImageResult<SegmentationResult> Run(PixelBuffer image, CancellationToken cancellationToken)
    {
        return ImageResult.Of(_segmenter.Segment(image, null, cancellationToken));
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json, SegmentationResult value) => json.WriteClasses(value, _files.Outlines);

    /// <inheritdoc/>
    public override void WriteText(ImageAnswer<SegmentationResult> answer) => Terminal.Line(
        $"{answer.Input.Path}  {string.Join("  ", answer.Value.Classes.Select(c => $"{c.Class} {c.Fraction * 100:0.0}%"))}");

    /// <inheritdoc/>
    public override PixelBuffer Draw(PixelBuffer image, SegmentationResult value) => Overlay(image, value);

    /// <inheritdoc/>
    public override void Save(InputItem input, PixelBuffer image, SegmentationResult value)
    {
        if (_files.Labels is { } labels)
        {
            OutputImage.Write(input.ImageIn("--labels", labels, ".png"), _ids is null ? value.Map : value.Map.Remap(_ids));
        }

        if (_files.Color is { } color)
        {
            OutputImage.Write(input.ImageIn("--color", color, ".png"), value.Map, _files.Palette ?? value.Palette);
        }

        if (_files.Overlay is { } overlay)
        {
            OutputImage.Write(input.ImageIn("--overlay", overlay), Overlay(image, value));
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _segmenter.Dispose();

    private PixelBuffer Overlay(PixelBuffer image, SegmentationResult value) =>
        value.Draw(image, _files.Opacity, palette: _files.Palette);
}
