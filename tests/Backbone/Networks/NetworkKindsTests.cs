using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

public class NetworkKindsTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind": 5}""")]
    [InlineData("""{"kind": "no-such"}""")]
    [InlineData("""{"kind": "\ud800"}""")]
    public void Networks_of_no_kind_name_the_model(string settings) => Refused(settings);

    public static TheoryData<string, string> Nonsense()
    {
        var data = new TheoryData<string, string>();
        foreach (var kind in NetworkKinds.Default.Names)
        {
            foreach (var value in (string[])["null", "{}", "[]", "\"x\"", "-1", "0", "1e999", "99999999999999999999", "[null]", "\"\\ud800\""])
            {
                data.Add(kind, value);
            }
        }

        return data;
    }

    /// <summary>
    /// Whatever the settings of a kind are called, none of them takes every value, and there are no weights for any network.
    /// </summary>
    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Settings_that_make_no_sense_name_the_model(string kind, string value)
    {
        foreach (var key in (string[])["scale", "variant", "heads", "classes", "size", "export", "prefix", "dimensions", "strides", "backbone"])
        {
            Refused($$"""{"kind": "{{kind}}", "{{key}}": {{value}}}""");
        }
    }

    private static void Refused(string settings)
    {
        var request = new NetworkRequest("my-model", JsonElement.Parse(settings));
        var weights = WeightScope.Of(new WeightSet("none", []));
        var e = Assert.Throws<ModelFormatException>(() => NetworkKinds.Default.Build(request, weights));
        Assert.Contains(e.Subject, (string[])["my-model", "none"]);
    }
}
