using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Evaluation.Ocr;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Labels;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Fetching;
using PPLCNet.Vision.Runtime.Models.Official;

namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>Every reader of a file that comes from elsewhere.</summary>
internal static class FileReaders
{
    public const string Prefix = "read-";

    private static readonly string[] _labels = ["cat", "dog"];
    private static readonly ImageLimits _limits = new() { MaxPixels = 4_000_000, MaxSide = 8000 };

    public static IReadOnlyList<FileReader> All { get; } =
    [
        Image("jpeg", ".jpg"),
        Image("png", ".png"),
        Image("bmp", ".bmp"),
        Image("webp", ".webp"),
        Image("tiff", ".tiff"),
        new("label-png", "labels.png", new(SampleFiles.LabelPngs), path =>
        {
            InstanceMap.Read(path);
            LabelMap.Read(path);
        }) { Repair = SampleFiles.WithPngChecksums },
        new("safetensors", "w.safetensors", new(SampleFiles.Safetensors), path => Safetensors.Read(path)) { IsText = true },
        new("whitening", "w.pca", new(SampleFiles.Whitening), path => PcaWhitening.Load(path)) { IsText = true },
        new("pdparams", "w.pdparams", new(SampleFiles.Pickles), path => PaddleParams.Read(path)),
        new("onnx-manifest", "m.onnx", new(SampleFiles.Onnx), path =>
        {
            var bytes = File.ReadAllBytes(path);
            OnnxFile.OperatorOf(bytes, "y");
            OnnxFile.ReadManifest(bytes, path);
        }),
        new("onnx-weights", "w.onnx", new(SampleFiles.Onnx), path => OnnxWeights.Read(path)),
        new("manifest", "m.json", new(SampleFiles.Manifests), path =>
        {
            var manifest = ModelJson.ReadManifest(File.ReadAllBytes(path), path) with { Name = Path.GetFileName(path) };
            using var classifier = Classifier.Load(SampleFiles.Classifier, new ModelOptions { Manifest = manifest });
        }) { IsText = true },
        new("inference-yml", "inference.yml", new(SampleFiles.InferenceYmls), path =>
            InferenceYml.Read(File.ReadAllBytes(path), path)) { IsText = true },
        new("pull-lock", PullLock.FileName, new(SampleFiles.PullLocks), path =>
            new PullLock(Path.GetDirectoryName(path)!).Find("m", "f")) { IsText = true },
        new("model-zip", "m.zip", new(SampleFiles.ModelZips), path => Archive.Read(path, FileForm.Zip, 1 << 20)),
        new("model-tar", "m.tar", new(SampleFiles.ModelTars), path => Archive.Read(path, FileForm.Tar, 1 << 20)),
        new("npy", "m.npy", new(SampleFiles.Npy), path => NpyMatrix.Read(path)) { IsText = true },
        new("gallery", "g.gallery", new(SampleFiles.Galleries), path =>
        {
            using var gallery = Gallery.Open(path, new GalleryOptions { ReadOnly = true });
            SampleFiles.CheckGallery(gallery);
        }),
        Shitu("faiss", "vector.index", isText: false, SampleFiles.FaissIndexes),
        Shitu("id-map-pickle", "id_map.pkl", isText: false, SampleFiles.IdMapPickles),
        Shitu("id-map-text", "id_map.txt", isText: true, SampleFiles.IdMapTexts),
        Shitu("id-map-yaml", "id_map.yaml", isText: true, SampleFiles.IdMapYamls),
        new("coco-truth", "truth.json", new(SampleFiles.CocoTruths), path =>
        {
            foreach (var iou in Enum.GetValues<CocoIou>())
            {
                var truth = CocoGroundTruth.Load(path, iou);
                CocoEvaluator.Evaluate(truth, SampleFiles.AnswersTo(truth), new CocoEvaluationOptions { Iou = iou, Threads = 1 });
            }
        }) { IsText = true },
        new("coco-results", "results.json", new(SampleFiles.CocoResults), path =>
        {
            foreach (var iou in Enum.GetValues<CocoIou>())
            {
                CocoEvaluator.Evaluate(SampleFiles.CocoTruth, CocoResults.Load(path, iou),
                    new CocoEvaluationOptions { Iou = CocoIou.Box, Threads = 1 });
            }
        }) { IsText = true },
        new("coco-state", "state.json", new(SampleFiles.CocoStates), path =>
        {
            using var document = Parse(path);
            CocoMatchesState.Read(document.RootElement).Accumulate();
        }) { IsText = true, NamesFile = false },
        new("coco-detections", "d.json", new(SampleFiles.CocoResults), path =>
            CocoResultFormat.Read(File.ReadAllBytes(path), [1, 2], _labels))
        { IsText = true, NamesFile = false },
        new("yolo", "a.txt", new(SampleFiles.Yolo), path =>
            YoloFormat.Parse(File.ReadAllText(path), 640, 480, _labels)) { IsText = true, NamesFile = false },
        new("voc", "a.xml", new(SampleFiles.Voc), path => PascalVocFormat.Parse(File.ReadAllText(path), _labels)) { IsText =
            true, NamesFile = false },
        new("icdar", "gt_a.txt", new(SampleFiles.Icdar), path => IcdarFile.Read(path)) { IsText = true },
        new("text-labels", "labels.tsv", new(SampleFiles.LabelLists), path => LabelFile.Read(path)) { IsText = true },
        new("image-list", "list.txt", new(SampleFiles.LabelLists), path => LabeledImages.FromList(path)) { IsText = true },
        new("palette", "colors.txt", new(SampleFiles.Palettes), path => Palette.Read(path)) { IsText = true },
    ];

    private static FileReader Image(string name, string extension) =>
        new(name, "image" + extension, new(() => SampleFiles.Images(extension)), path => ImageFile.Read(path, _limits));

    /// <summary>One file of a PP-ShiTu folder; the other one is right.</summary>
    private static FileReader Shitu(string name, string fileName, bool isText, Func<IReadOnlyList<byte[]>> files) =>
        new(name, fileName, new(files), path =>
    {
        var folder = Path.GetDirectoryName(path)!;
        if (fileName != "vector.index")
        {
            File.WriteAllBytes(Path.Combine(folder, "vector.index"), SampleFiles.FaissIndexes()[0]);
        }
        else
        {
            File.WriteAllBytes(Path.Combine(folder, "id_map.txt"), SampleFiles.IdMapTexts()[0]);
        }

        try
        {
            ShituGallery.Read(folder);
        }
        catch (DataFormatException e) when (!e.Message.Contains(fileName, StringComparison.Ordinal)
            && e.Message.Contains(folder, StringComparison.Ordinal))
        {
            // Where the two do not belong together, either may be named.
        }
    }) { IsText = isText };

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new DataFormatException($"'{path}': no JSON; {e.Message}", e);
        }
    }
}
