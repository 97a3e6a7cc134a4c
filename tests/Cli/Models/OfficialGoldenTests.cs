using System.Text.Json;
using System.Text.Json.Nodes;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>
/// The checkpoints behind the golden vectors, with the official keys, pulled from a server: what comes out is what the official
/// implementation answers.
/// </summary>
public sealed class OfficialGoldenTests : PullSetup
{
    public static TheoryData<string, string> Classifiers => new()
    {
        { "pplcnet-x0.25", "pplcnet_x0_25" }, { "pplcnet-x0.35", "pplcnet_x0_35" }, { "pplcnet-x0.5", "pplcnet_x0_5" },
        { "pplcnet-x0.75", "pplcnet_x0_75" }, { "pplcnet-x1.0", "pplcnet_x1_0" }, { "pplcnet-x1.5", "pplcnet_x1_5" },
        { "pplcnet-x2.0", "pplcnet_x2_0" }, { "pplcnet-x2.5-ssld", "pplcnet_x2_5" }, { "pplcnetv2-base", "pplcnetv2_base" },
        { "mobilenetv1-x1.0", "mobilenetv1_x1_0" }, { "mobilenetv2-x1.0", "mobilenetv2_x1_0" },
        { "mobilenetv3-large-x0.35", "mobilenetv3_large_x0_35" }, { "mobilenetv3-large-x0.5", "mobilenetv3_large_x0_5" },
        { "mobilenetv3-large-x0.75", "mobilenetv3_large_x0_75" }, { "mobilenetv3-large-x1.0", "mobilenetv3_large_x1_0" },
        { "mobilenetv3-small-x1.0", "mobilenetv3_small_x1_0" }, { "shufflenetv2-x1.0", "shufflenetv2_x1_0" },
        { "resnet50-vd", "resnet50_vd" }, { "pplcnet-x0.25-textline-ori", "pplcnet_x0_25_textline" },
        { "pplcnet-x1.0-textline-ori", "pplcnet_x1_0_textline" },
    };

    public static TheoryData<string, string> Detectors => new()
    {
        { "picodet-xs-320-coco", "picodet_xs_320" }, { "picodet-s-320-coco", "picodet_s_320" },
        { "picodet-m-416-coco", "picodet_m_416" },
        { "picodet-l-640-coco", "picodet_l_640" }, { "picodet-x1.0-layout-publaynet", "picodet_layout_x1_0_5cls" },
        { "picodet-mainbody", "picodet_mainbody_x2_5_1cls" },
    };

    [Theory]
    [MemberData(nameof(Classifiers))]
    public async Task ClassifierAnswersAsTheOfficialOne(string name, string vector) =>
        await CheckAsync(
            name, GoldenVector.Load("lcnet", vector), "softmax", false, outputs => outputs.Where(o => o == "logits"));

    [Theory]
    [MemberData(nameof(Detectors))]
    public async Task DetectorAnswersAsTheOfficialOne(string name, string vector) =>
        await CheckAsync(name, GoldenVector.Load("picodet-net", vector), "export", "Decoded", outputs =>
            outputs.Where(o => o is "boxes" or "scores"));

    [Fact]
    public async Task FeaturesOfShituAreTheOfficialOnesAtLengthOne()
    {
        var golden = GoldenVector.Load("lcnet", "pplcnetv2_base_shitu");
        using var model = await LoadAsync("shitu-v2-rec", golden, null, null);
        using var input = Input(golden);
        using var outputs = model.Run(input, Token);
        var expected = golden.Outputs["feature"];
        var vector = outputs.Floats();
        var length = Math.Sqrt(vector.Length * ((expected.Mean * expected.Mean) + (expected.Std * expected.Std)));
        for (var i = 0; i < expected.At.Length; i++)
        {
            Assert.Equal(expected.Value[i] / length, vector[expected.At[i]], 1e-5);
        }
    }

    private async Task CheckAsync(
        string name, GoldenVector golden, string setting, JsonNode value, Func<IEnumerable<string>, IEnumerable<string>> compared)
    {
        using var model = await LoadAsync(name, golden, setting, value);
        using var input = Input(golden);
        using var outputs = model.Run(input, Token);
        var names = compared(golden.Outputs.Keys).ToList();
        Assert.NotEmpty(names);
        foreach (var output in names)
        {
            var index = Enumerable.Range(0, outputs.Count).Single(i => outputs.Name(i) == output);
            golden.Outputs[output].AssertMatches($"{name}/{output}", outputs.Floats(index));
        }
    }

    /// <summary>
    /// Pulls the checkpoint and loads the network that its manifest names, with one setting changed for the comparison.
    /// </summary>
    private async Task<OnnxModel> LoadAsync(string name, GoldenVector golden, string? setting, JsonNode? value)
    {
        var model = Find(name);
        var file = model.Files.First(f => f.Name.EndsWith(".pdparams", StringComparison.Ordinal));
        Publish(file, PublishedFiles.Paddle(PublishedFiles.Tensors(golden)));
        var pulled = await PullAsync(model, file.Address);
        var network = JsonNode.Parse(pulled.Manifest.Network!.Value.GetRawText())!;
        if (setting is not null)
        {
            network[setting] = value;
        }

        using var edited = JsonDocument.Parse(network.ToJsonString());
        var changed = new ModelFile(pulled.Manifest with { Network = edited.RootElement.Clone() }, pulled.Path);
        return OnnxModel.Load(ModelGraph.Bytes(changed), name);
    }

    private static InputTensor Input(GoldenVector golden)
    {
        var shape = golden.Inputs["x"];
        var input = InputTensor.Rent([.. shape.Select(d => (long)d)]);
        SeededTensor.Input(shape).CopyTo(input.Values);
        return input;
    }
}
