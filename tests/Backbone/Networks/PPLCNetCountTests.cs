using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class PPLCNetCountTests
{
    [Theory]
    [InlineData(0.25, 1_521_184, 2_752, 16_773_440)]
    [InlineData(0.35, 1_643_090, 3_840, 27_357_832)]
    [InlineData(0.5, 1_879_576, 5_472, 44_731_008)]
    [InlineData(0.75, 2_357_008, 8_224, 94_786_496)]
    [InlineData(1.0, 2_952_520, 10_944, 155_700_480)]
    [InlineData(1.5, 4_499_832, 16_416, 334_188_416)]
    [InlineData(2.0, 6_521_512, 21_888, 580_194_816)]
    [InlineData(2.5, 9_017_560, 27_360, 893_719_680)]
    public void Parameters_and_multiply_adds_equal_the_published_ones(double scale, long parameters, long statistics, long macs)
    {
        var weights = WeightScope.Random();
        var graph = PPLCNetModel.Classifier(new PPLCNetSpec { Scale = scale }, new ClassifierSpec(), weights, new NetworkInput(224, 224, 1));
        Assert.Equal(parameters, weights.Parameters);
        Assert.Equal(statistics, weights.Statistics);
        Assert.Equal(macs, graph.Macs);
        Assert.Equal(parameters, graph.Layers.Sum(l => l.Parameters));
    }

    [Theory]
    [InlineData(0.25, 8, 8, 16, 32, 64, 128)]
    [InlineData(0.35, 8, 16, 24, 48, 88, 176)]
    [InlineData(0.75, 16, 24, 48, 96, 192, 384)]
    [InlineData(2.5, 40, 80, 160, 320, 640, 1280)]
    public void Channels_are_rounded_as_the_official_code_does(double scale, params int[] expected)
    {
        var spec = new PPLCNetSpec { Scale = scale };
        var widths = spec.Blocks.GroupBy(b => b.Name.Split('.')[0]).Select(stage => stage.First().Out);
        Assert.Equal(expected, (int[])[spec.StemChannels, .. widths]);
    }

    [Fact]
    public void A_list_of_the_wrong_length_is_refused()
    {
        var spec = new PPLCNetSpec { Strides = [2, 2] };
        Assert.Contains("5 strides", Assert.Throws<ArgumentException>(() => spec.Blocks).Message);
    }
}
