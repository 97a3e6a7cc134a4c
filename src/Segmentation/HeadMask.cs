using PPLCNet.Vision.Backbone.Networks.DeepLab;
using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation.Decoding;

namespace PPLCNet.Vision.Segmentation;

/// <summary>
/// Reads the mask out of the outputs of a graph with several heads, one of them a <see cref="DeepLabV3PlusHead"/>. Immutable and safe to
/// share between threads.
/// </summary>
public sealed class HeadMask
{
    private readonly DeepLabV3PlusHeadSettings _settings;
    private readonly Palette _palette;
    private readonly string _output;

    /// <summary>Prepares for one head.</summary>
    /// <exception cref="ModelFormatException">Its settings do not fit.</exception>
    public HeadMask(HeadRequest request)
    {
        _settings = DeepLabV3PlusHeadSettings.Read(request);
        _palette = Palette.Named(_settings.Palette);
        _output = request.Output;
    }

    /// <summary>Names of the classes by id.</summary>
    public IReadOnlyList<string> ClassNames => _settings.Labels;

    /// <summary>The class of every pixel.</summary>
    /// <param name="outputs">Outputs of a run with one image, which was stretched to the input.</param>
    /// <param name="width">Width of that image.</param>
    /// <param name="height">Height of that image.</param>
    public SegmentationResult Read(ModelOutputs outputs, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var index = outputs.IndexOf(_output);
        var shape = outputs.Shape(index);
        var (rows, columns) = ((int)shape[2], (int)shape[3]);
        var decoder = new LogitsDecoder(
            BilinearAxis.Create(columns, width, _settings.AlignCorners), BilinearAxis.Create(rows, height, _settings.AlignCorners));
        var labels = decoder.ArgMax(new LogitsGrid(outputs.Floats(index), ClassNames.Count, rows, columns, ClassNames.Count));
        return new SegmentationResult(labels, ClassNames, _palette, default, null);
    }
}
