using PPLCNet.Vision.Backbone.Networks.MultiHead;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>
/// Reads boxes out of the outputs of a graph with several heads, one of them a <see cref="PicoDetNetworkHead"/>. Immutable and safe to share
/// between threads.
/// </summary>
public sealed class HeadDetections
{
    private readonly OutputReader _reader;
    private readonly DetectorPlan _plan;
    private readonly SizeRule _size;

    /// <summary>Prepares for one head.</summary>
    /// <param name="request">The head.</param>
    /// <param name="outputs">All outputs of the graph.</param>
    /// <param name="size">How an image becomes the graph's input; every image must get the same size.</param>
    /// <param name="options">Thresholds and classes; the model file and the runtime are not looked at.</param>
    /// <exception cref="ModelFormatException">Its settings, labels and outputs do not fit each other.</exception>
    /// <exception cref="ArgumentException">An option is out of range or names a class that the head does not have.</exception>
    public HeadDetections(HeadRequest request, IReadOnlyList<TensorInfo> outputs, SizeRule size, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(size);
        var (width, height) = size.TensorSize ?? throw new ModelFormatException(request.Model, "preprocessing to one fixed size", "none");
        var settings = PicoDetHeadSettings.Read(request);
        var detector = settings.ToDetector(request);
        List<int> own = [.. Enumerable.Range(0, outputs.Count).Where(i => outputs[i].Name.StartsWith(request.Output + ".", StringComparison.Ordinal))];
        _size = size;
        _reader = RawHeadReader.TryBind(
                request.Model, [.. own.Select(i => outputs[i])], new AnchorGrid(width, height, AnchorGrid.PicoStrides), detector.ScoreRule, own.FirstOrDefault())
            ?? throw new ModelFormatException(request.Model, $"raw heads as outputs '{request.Output}.*'", $"{own.Count} outputs");
        _plan = DetectorPlan.Make(request.Model, settings.Labels, detector, _reader, options ?? new DetectorOptions());
    }

    /// <summary>Class names by id.</summary>
    public IReadOnlyList<string> Labels => _plan.Labels;

    /// <summary>The objects of one image, in its own pixels, best first.</summary>
    /// <param name="outputs">Outputs of a run.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="image">Position of the image in the batch.</param>
    /// <exception cref="ModelFormatException">A number is not finite.</exception>
    public Detections Read(ModelOutputs outputs, int width, int height, int image = 0)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return _plan.Finish(_reader, outputs, image, _size.Plan(width, height), width, height);
    }
}
