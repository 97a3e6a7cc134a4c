using System.Text.Json;
using PPLCNet.Vision.Backbone.Networks.PicoDet;
using PPLCNet.Vision.Detection.Decoding;
using PPLCNet.Vision.Detection.Suppression;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Detection.Decoding;

/// <summary>One decode-and-suppress case of the official implementation.</summary>
internal sealed class PicoDetVector
{
    private readonly JsonElement _root;

    private PicoDetVector(JsonElement root) => _root = root;

    public static TheoryData<string> Names => ["a_96x96_3cls", "b_64x96_2cls"];

    public int Height => Int("input", 0);

    public int Width => Int("input", 1);

    public int SourceHeight => Int("orig", 0);

    public int SourceWidth => Int("orig", 1);

    public int Classes => _root.GetProperty("num_classes").GetInt32();

    public float[][] Decoded => Matrix(_root.GetProperty("decoded_input_px"));

    public float[][] GraphRows => Matrix(_root.GetProperty("graph_mode").GetProperty("result"));

    public float[][] DeployRows => Matrix(_root.GetProperty("official_python_postprocess").GetProperty("result"));

    public AnchorGrid Grid => new(Width, Height, AnchorGrid.PicoStrides);

    public static PicoDetVector Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryPaths.Shared("golden", "picodet", name + ".json")));
        return new PicoDetVector(document.RootElement.Clone());
    }

    /// <summary>Scores of a level, [cells, classes].</summary>
    public float[] Scores(int level) => [.. Matrix(_root.GetProperty("scores")[level]).SelectMany(r => r)];

    /// <summary>Box logits of a level, [cells, 32].</summary>
    public float[] Boxes(int level) => [.. Matrix(_root.GetProperty("boxes")[level]).SelectMany(r => r)];

    /// <summary>Scores of every anchor, [classes, anchors].</summary>
    public float[] ClassMajorScores()
    {
        var rows = Enumerable.Range(0, 4).SelectMany(l => Matrix(_root.GetProperty("scores")[l])).ToList();
        return [.. Enumerable.Range(0, Classes).SelectMany(c => rows.Select(r => r[c]))];
    }

    public Candidates Candidates(NmsOptions options)
    {
        var candidates = new Candidates();
        for (var l = 0; l < Grid.Levels.Count; l++)
        {
            RawHeadDecoder.Collect(
                new RawLevel { Level = Grid.Levels[l], Classes = Scores(l), Boxes = Boxes(l) }, ScoreRule.Probability, options, "vector", candidates);
        }

        return candidates;
    }

    private static float[][] Matrix(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetSingle()).ToArray())];

    private int Int(string name, int index) => _root.GetProperty(name)[index].GetInt32();
}
