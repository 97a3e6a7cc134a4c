using System.Text.Json;
using System.Text;
using PPLCNet.Vision.Backbone.Graph.Cleaning;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Cli.Evaluation;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco.Images;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Hostile;

/// <summary>
/// Every reader of files that somebody else makes, fed with damaged ones: it reads them, or says which file is wrong.
/// </summary>
public sealed class ForeignReaderTests : IDisposable
{

    // What breaks readers of JSON and text: other kinds of values, numbers out of range, text that is no Unicode.
    private static readonly byte[][] _pieces =
    [
        .. ((string[])["null", "[]", "{}", "-1", "0", "1e999", "99999999999999999999", "65536", "\"\"", "nan", "0,5", "\"\\ud800\"", "true", ",", "}", "'", "\t"])
            .Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE],
        [0xC3],
        [0],
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Readers => [.. Samples().Keys];

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Readers))]
    public async Task DamagedFilesAreReadOrNamed(string reader)
    {
        var (name, whole, read) = Samples()[reader];
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
        read(path); // the whole one is right
        var random = new Random(reader.Length);
        var mutants = whole.Length < 100_000 ? 400 : 40;
        await Task.Run(
            () =>
            {
                for (var i = 0; i < mutants; i++)
                {
                    var damaged = i < mutants / 4 ? whole[..(int)((long)i * whole.Length / (mutants / 4))] : Damage(whole, random);
                    File.WriteAllBytes(path, damaged);
                    try
                    {
                        read(path);
                    }
                    catch (Exception e) when (e is DataFormatException or ModelFormatException or ImageException)
                    {
                        Assert.True(
                            e.Message.Contains(Path.GetFileName(path), StringComparison.Ordinal) || e.Message.Contains(_folder.Path, StringComparison.Ordinal),
                            $"{reader} {i}: no file in '{e.Message}'");
                    }
                    catch (Exception e)
                    {
                        Assert.Fail($"{reader} {i}: {e}\n{Encoding.Latin1.GetString(damaged.AsSpan(0, Math.Min(2000, damaged.Length)))}");
                    }
                }
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ManifestsWhoseSizesMakeNoSenseAreRefused()
    {
        foreach (var size in (string[])
        [
            "null", "{}", "{\"rule\":\"stretch\"}", "{\"rule\":\"stretch\",\"width\":0,\"height\":5}", "{\"rule\":\"stretch\",\"width\":65536,\"height\":65536}",
            "{\"rule\":\"letterbox\",\"width\":-4,\"height\":5}", "{\"rule\":\"multiple\",\"multiple\":0}", "{\"rule\":\"no-such\",\"width\":5,\"height\":5}",
            "{\"rule\":\"fixed-height\",\"height\":48,\"minWidth\":10,\"maxWidth\":5}", "{\"rule\":\"center-crop\",\"fraction\":0,\"width\":5,\"height\":5}",
        ])
        {
            var json = "{\"name\":\"m\",\"task\":\"classification\",\"file\":\"m.onnx\",\"preprocess\":{\"size\":" + size + "}}";
            var path = _folder.Write("m.json", json);
            File.WriteAllText(_folder.File("m.onnx"), "");
            var e = Assert.Throws<ModelFormatException>(() => ModelCatalog.Default.Find(_folder.File("m.onnx")));
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0,5")]
    [InlineData("1,000")]
    [InlineData("nan")]
    public void NumbersHaveNoThousands(string number)
    {
        Assert.Throws<DataFormatException>(() => YoloFormat.Parse($"0 {number} 0.5 0.1 0.1", 10, 10));
        Assert.Throws<DataFormatException>(() => PascalVocFormat.Parse(
            $"<annotation><object><name>a</name><bndbox><xmin>{number}</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>", ["a"]));
    }

    [Fact(Timeout = 20_000)]
    public async Task DeepTreesAndLongHeadersTakeNoTime()
    {
        var deep = "<annotation>" + string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</a>", 100_000)) + "</annotation>";
        await Task.Run(() => Assert.Throws<DataFormatException>(() => PascalVocFormat.Parse(deep, [])), TestContext.Current.CancellationToken);
        var header = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("'descr': '<f4'", 75_000)));
        File.WriteAllBytes(_folder.File("long.npy"), [0x93, .. "NUMPY"u8, 2, 0, .. BitConverter.GetBytes(header.Length), .. header]);
        await Task.Run(() => Assert.Throws<DataFormatException>(() => NpyMatrix.Read(_folder.File("long.npy"))), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order':True, 'shape': (1, 2)}", false)]
    [InlineData("{'descr':'<f4','fortran_order':False,'shape':(1,2)}", true)]
    [InlineData("{'shape': (1, 2), 'fortran_order': False, 'descr': '<f4'}", true)]
    public void NpyHeadersAreDictionaries(string header, bool fits)
    {
        File.WriteAllBytes(_folder.File("x.npy"), Npy(header, 8));
        if (fits)
        {
            Assert.Equal(2, NpyMatrix.Read(_folder.File("x.npy")).Columns);
        }
        else
        {
            Assert.Throws<DataFormatException>(() => NpyMatrix.Read(_folder.File("x.npy")));
        }
    }

    private static Dictionary<string, (string File, byte[] Whole, Action<string> Read)> Samples()
    {
        const string Truth = """
            {"images":[{"id":1,"width":10,"height":10,"file_name":"a/1.jpg"}],"categories":[{"id":1,"name":"x"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,3,3],"area":9,"iscrowd":0,"segmentation":[[1,1,4,1,4,4]]},
             {"id":2,"image_id":1,"category_id":1,"bbox":[1,1,3,3],"area":9,"iscrowd":1,"segmentation":{"size":[10,10],"counts":[3,4,93]}}]}
            """;
        const string Manifest = """
            {"name":"m","task":"classification","file":"m.onnx","bytes":5,"labels":["a","b"],"sources":["http://x"],"parts":{"a":"b"},
             "preprocess":{"channels":"Rgb","scale":0.0039,"mean":[0,0,0],"std":[1,1,1],"size":{"rule":"stretch","width":8,"height":8},"interpolation":"Bilinear"},
             "settings":{"scoreThreshold":0.4},"network":{"kind":"pplcnet","scale":1}}
            """;
        const string Page = """{"file":"a.jpg","lines":[{"text":"x","score":1,"quad":[[0,0],[1,0],[1,1],[0,1]],"words":[{"text":"x","quad":[[0,0],[1,0],[1,1],[0,1]]}]}]}""";
        return new(StringComparer.Ordinal)
        {
            ["COCO truth"] = ("gt.json", Text(Truth), p => CocoGroundTruth.Load(p, CocoIou.Mask)),
            ["COCO results"] = ("dt.json", Text("""[{"image_id":1,"category_id":1,"bbox":[1,1,2,2],"score":0.5},{"image_id":1,"category_id":1,"bbox":[1,1,2,2],"score":0.4}]"""), p => CocoResults.Load(p)),
            ["COCO ids"] = ("ids.json", Text(Truth), p => CocoImageIds.Read(p)),
            ["manifest"] = ("m.json", Text(Manifest), p =>
            {
                File.WriteAllText(Path.ChangeExtension(p, ".onnx"), "x");
                ModelCatalog.Default.Find(Path.ChangeExtension(p, ".onnx"));
            }),
            ["safetensors"] = ("w.safetensors", SafetensorsBytes(), p => Safetensors.Read(p)),
            ["ONNX weights"] = ("g.onnx", Graph(), p => OnnxWeights.Read(p)),
            ["ONNX cleaning"] = ("c.onnx", Graph(), p => OnnxCleaner.Clean(File.ReadAllBytes(p))),
            ["ICDAR"] = ("gt_1.txt", Text("1,2,3,4,5,6,7,8,text, more\n1,2,3,4,5,6,7,8,###\n"), p => IcdarFile.Read(p)),
            ["label lines"] = ("labels.tsv", Text("a.png\ttext\nb.png\ttext\n"), p => LabelFile.Read(p)),
            ["label lines with blanks"] = ("labels.txt", Text("a.png text\nb.png text\n"), p => LabelFile.Read(p)),
            ["classes"] = ("val.tsv", Text("a.jpg\t0\nb.jpg\tone\n"), p => ClassifiedImages.FromFile(p, "/", ["zero", "one"])),
            ["classes with blanks"] = ("val.txt", Text("a.jpg 0\nb.jpg one\n"), p => ClassifiedImages.FromFile(p, "/", ["zero", "one"])),
            ["labelled images"] = ("list.tsv", Text("a.jpg\tlabel\nb.jpg\tother\n"), p => LabeledImages.FromList(p)),
            ["labelled images with blanks"] = ("list.txt", Text("a.jpg label\nb.jpg other\n"), p => LabeledImages.FromList(p)),
            ["npy"] = ("m.npy", Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 24), p => NpyMatrix.Read(p)),
            ["id map text"] = ("shitu/id_map.txt", Text("0 a\n1 b\n"), ReadShitu),
            ["id map YAML"] = ("shitu/id_map.yaml", Text("id_map:\n  0: a\n  1: \"b\\u00e4\"\n"), ReadShitu),
            ["predicted texts"] = ("rec.jsonl", Text(Page + "\n"), p => OcrPredictions.ReadTexts(p)),
            ["predicted polygons"] = ("ocr.jsonl", Text(Page + "\n"), p => OcrPredictions.ReadPolygons(p, words: true)("a")),
            ["state of classify"] = ("s1.json", State("classify", """{"count":4,"top1":2,"top5":3}"""), ReadState),
            ["state of ocr-det"] = ("s2.json", State("ocr-det", """{"truths":4,"detections":2,"matched":1}"""), ReadState),
            ["state of ocr-rec"] = ("s3.json", State("ocr-rec", """{"count":2,"hits":1,"alnum_hits":1,"edits":1,"characters":9,"distances":[[1,5]]}"""), ReadState),
            ["state of retrieval"] = ("s4.json", State("retrieval", """
                {"paddle":false,"ks":[1,5],"queries":[{"query":0,"label":"a","relevant":1,"hits":[1,1],"ap":1,"inp":1,"ap_worst":1,"ap_best":1,"first_worst":true,"first_best":true,"best_label":"a"}]}
                """), ReadState),
            ["state of cityscapes"] = ("s5.json", State("cityscapes", """{"pairs":1,"has_instances":true,"confusion":[[7,7,5]],"instances":[[26,50,2,1,1]]}"""), ReadState),
        };
    }

    private static void ReadShitu(string path)
    {
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "vector.index"), FlatIndex());
        ShituGallery.Read(Path.GetDirectoryName(path)!);
    }

    private static void ReadState(string path) => _ = EvalCommand.Merge([path]).Outcome.Summary.Rows().ToList();

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var k = random.Next(1, 4); k > 0; k--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    bytes.Add((byte)' ');
                    break;
                case 2:
                    bytes.InsertRange(at, _pieces[random.Next(_pieces.Length)]);
                    break;
                default:
                    // A value in the place of another: from this separator to the next.
                    var from = bytes.FindIndex(at, b => b is (byte)':' or (byte)',' or (byte)'[') + 1;
                    var to = from == 0 ? -1 : bytes.FindIndex(from, b => b is (byte)',' or (byte)'}' or (byte)']');
                    if (to > from)
                    {
                        bytes.RemoveRange(from, to - from);
                        bytes.InsertRange(from, _pieces[random.Next(_pieces.Length)]);
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] State(string kind, string state) => Text($$"""{"pplcnet":"eval","version":1,"kind":"{{kind}}","state":{{state}}}""");

    private static byte[] Npy(string header, int bytes) =>
        [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[bytes]];

    private static byte[] SafetensorsBytes()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, new WeightSet("w", new Dictionary<string, WeightTensor> { ["a.weight"] = new([2, 2], [1, 2, 3, 4]), ["b"] = new([3], [1, 2, 3]) }));
        return stream.ToArray();
    }

    private static byte[] Graph()
    {
        var path = Path.Combine(RepositoryPaths.Models, "ch_ppocr_mobile_v2.0_cls_mobile.onnx");
        return File.ReadAllBytes(path);
    }

    /// <summary>A flat index of faiss with two vectors of two values, by inner product.</summary>
    private static byte[] FlatIndex() =>
    [
        .. "IxFI"u8, .. BitConverter.GetBytes(2), .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(1L << 20), .. BitConverter.GetBytes(1L << 20), 1,
        .. BitConverter.GetBytes(0), .. BitConverter.GetBytes(4L), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(0f), .. BitConverter.GetBytes(0f), .. BitConverter.GetBytes(1f),
    ];
}
