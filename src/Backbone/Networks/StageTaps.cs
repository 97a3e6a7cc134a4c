using PPLCNet.Vision.Backbone.Graph;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>Collects the last feature map of every stride while a network is written block by block.</summary>
internal sealed class StageTaps
{
    private readonly Dictionary<int, GraphTensor> _byStride = [];
    private int _stride = 1;

    /// <summary>Notes the output of a block of this stride and returns it.</summary>
    public GraphTensor Add(GraphTensor x, int stride)
    {
        _stride *= stride;
        _byStride[_stride] = x;
        return x;
    }

    /// <summary>The taps at strides 4, 8, 16 and 32.</summary>
    public FeatureMaps ToFeatureMaps() => new(_byStride[4], _byStride[8], _byStride[16], _byStride[32]);
}
