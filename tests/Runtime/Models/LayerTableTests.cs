using System.Security.Cryptography;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime.Models;

/// <summary>What is known of models before they are loaded.</summary>
public sealed class LayerTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_in_code_is_counted_at_the_size_that_is_asked_for()
    {
        var small = LayerTable.Read("pplcnet-x1.0", 112);
        var usual = LayerTable.Read("pplcnet-x1.0");
        Assert.Equal(("1x3x112x112", "1x3x224x224"), (small.Input, usual.Input));
        Assert.Equal(usual.Parameters, small.Parameters);
        Assert.InRange((double)usual.Macs / small.Macs, 3.5, 4.1);
        Assert.Throws<ModelNotFoundException>(() => LayerTable.Read("no such model"));
    }

    [Fact]
    public void Files_of_a_catalog_are_present_missing_or_of_another_content()
    {
        byte[] bytes = [1, 2, 3];
        var model = new ModelManifest { Name = "one", Task = "x", File = "one.bin", Bytes = 3, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        var pair = new ModelManifest { Name = "pair", Task = "x", File = "", Parts = new Dictionary<string, string> { ["a"] = "one" } };
        var catalog = new ModelCatalog([model, pair], [_folder.Path]);
        Assert.Equal(("missing", false), (catalog.Verify(model), catalog.IsPresent(pair)));
        File.WriteAllBytes(_folder.File("one.bin"), bytes);
        Assert.Equal(("ok", true, 3L), (catalog.Verify(model), catalog.IsPresent(pair), catalog.BytesOf(pair)));
        Assert.Equal("mismatch", catalog.Verify(model with { Sha256 = "00" }));
        Assert.Equal([model], catalog.WithParts("PAIR"));
        Assert.Throws<ModelFormatException>(() => catalog.WithParts("two").ToList());
    }
}
