using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Weights;

public class KeyMapTests
{
    [Theory]
    [InlineData("conv_stem.weight", "conv1.conv.weight")]
    [InlineData("bn1.running_mean", "conv1.bn._mean")]
    [InlineData("blocks.0.0.conv_dw.weight", "blocks2.0.dw_conv.conv.weight")]
    [InlineData("blocks.3.1.conv_pw.weight", "blocks5.1.pw_conv.conv.weight")]
    [InlineData("blocks.4.0.bn2.running_var", "blocks5.2.pw_conv.bn._variance")]
    [InlineData("blocks.4.3.bn1.weight", "blocks5.5.dw_conv.bn.weight")]
    [InlineData("blocks.5.1.se.conv_reduce.bias", "blocks6.1.se.conv1.bias")]
    [InlineData("conv_head.bias", "last_conv.bias")]
    public void Timm_names_become_Paddle_names(string timm, string paddle)
    {
        var set = new WeightSet("timm", [KeyValuePair.Create(timm, new WeightTensor([1], [0]))]);
        Assert.Equal(paddle, Assert.Single(TimmNames.ToPaddle(set).Tensors).Key);
    }

    [Fact]
    public void Timms_classifier_is_transposed_and_its_counters_are_dropped()
    {
        var set = TimmNames.ToPaddle(new WeightSet("timm", new Dictionary<string, WeightTensor>
        {
            ["classifier.weight"] = new([2, 3], [1, 2, 3, 4, 5, 6]),
            ["bn1.num_batches_tracked"] = new([], [0]),
        }));
        var (name, tensor) = Assert.Single(set.Tensors);
        Assert.Equal("fc.weight", name);
        Assert.Equal([3, 2], tensor.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], tensor.Values);
    }

    [Theory]
    [InlineData(0.5, 1_880_856)]
    [InlineData(0.75, 2_358_288)]
    [InlineData(1.0, 2_953_800)]
    public void Timms_network_has_the_published_number_of_parameters(double scale, long parameters)
    {
        var weights = WeightScope.Random();
        PPLCNetModel.Classifier(
            new PPLCNetSpec { Scale = scale }, new ClassifierSpec { LastConvBias = true, DropoutFactor = 1 }, weights);
        Assert.Equal(parameters, weights.Parameters);
    }

    [Fact]
    public void Automatic_names_are_matched_by_kind_and_order()
    {
        var asked = new List<KeyValuePair<string, int[]>>
        {
            new("conv1.conv.weight", [4, 3, 3, 3]), new("conv1.bn.weight", [4]), new("conv1.bn.bias", [4]),
            new("conv1.bn._mean", [4]), new("conv1.bn._variance", [4]), new("se.conv2.weight", [4, 1, 1, 1]), new("se.conv2.bias", [4]),
            new("fc.weight", [4, 2]), new("fc.bias", [2]),
        };
        string[] exported =
        [
            "linear_3.b_0_deepcopy_12", "linear_3.w_0_deepcopy_11", "conv2d_10.w_0_deepcopy_0", "conv2d_9.w_0_deepcopy_1",
            "conv2d_10.b_0", "batch_norm2d_9.w_0", "batch_norm2d_9.b_0", "batch_norm2d_9.w_1", "batch_norm2d_9.w_2", "conv2d_100.w_0", "other",
        ];
        var set = new WeightSet("exported", exported.Select((n, i) => KeyValuePair.Create(n, new WeightTensor([1], [i]))));
        var named = PaddleNames.FromAutomatic(set, asked).Tensors.ToDictionary(t => exported[(int)t.Value.Values[0]], t => t.Key);
        Assert.Equal("conv1.conv.weight", named["conv2d_9.w_0_deepcopy_1"]);
        Assert.Equal("se.conv2.weight", named["conv2d_10.w_0_deepcopy_0"]);
        Assert.Equal("se.conv2.bias", named["conv2d_10.b_0"]);
        Assert.Equal("conv1.bn._mean", named["batch_norm2d_9.w_1"]);
        Assert.Equal("conv1.bn._variance", named["batch_norm2d_9.w_2"]);
        Assert.Equal("fc.weight", named["linear_3.w_0_deepcopy_11"]);
        Assert.Equal("conv2d_100.w_0", named["conv2d_100.w_0"]);
        Assert.Equal("other", named["other"]);
    }
}
