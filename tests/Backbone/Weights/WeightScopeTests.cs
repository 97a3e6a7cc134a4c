using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Weights;

public class WeightScopeTests
{
    private static readonly WeightSet _set = new("net.safetensors", new Dictionary<string, WeightTensor>
    {
        ["backbone.conv.weight"] = new([2, 1], [1, 2]),
        ["backbone.bn._mean"] = new([2], [0, 0]),
        ["head.bias"] = new([2], [5, 6]),
        ["headless"] = new([1], [7]),
    });

    [Fact]
    public void Everything_that_does_not_fit_is_listed_in_one_error()
    {
        var scope = WeightScope.Of(_set);
        var backbone = scope.Sub("backbone");
        Assert.Equal(new float[3], backbone.Sub("conv").Take("weight", 3).Values);
        backbone.Take("bias", 4);
        var message = Assert.Throws<ModelFormatException>(scope.ThrowIfUnfit).Message;
        Assert.Equal(
            "'net.safetensors': expected the 2 tensors of the network; found 1 missing: backbone.bias [4]; "
            + "1 misshapen: backbone.conv.weight [2,1] instead of [3]; 3 surplus: backbone.bn._mean, head.bias, headless.",
            message);
    }

    [Fact]
    public void What_is_taken_or_ignored_is_not_surplus_and_is_counted()
    {
        var scope = WeightScope.Of(_set);
        Assert.Equal([1, 2], scope.Sub("backbone.conv").Take("weight", 2, 1).Values);
        scope.Sub("backbone").Sub("bn").Take("_mean", 2);
        scope.Ignore("head");
        Assert.Contains("1 surplus: headless", Assert.Throws<ModelFormatException>(scope.ThrowIfUnfit).Message);
        scope.Ignore("headless");
        scope.ThrowIfUnfit();
        Assert.Equal((2, 2), (scope.Parameters, scope.Statistics));
        Assert.Equal(["backbone.conv.weight", "backbone.bn._mean"], scope.Taken.Select(t => t.Key));
    }

    [Fact]
    public void Has_sees_tensors_and_the_places_above_them()
    {
        var scope = WeightScope.Of(_set);
        Assert.True(scope.Has("backbone") && scope.Has("backbone.bn") && scope.Sub("head").Has("bias"));
        Assert.False(scope.Has("back") || scope.Has("headless.x"));
    }

    [Fact]
    public void Random_weights_depend_on_name_and_seed_only()
    {
        var a = WeightScope.Random(3).Sub("x").Take("weight", 4, 5).Values;
        Assert.Equal(a, WeightScope.Random(3).Take("x.weight", 4, 5).Values);
        Assert.NotEqual(a, WeightScope.Random(4).Take("x.weight", 4, 5).Values);
    }
}
