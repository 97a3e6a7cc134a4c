using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OpenCvSharp;
using PPLCNet.Vision.Backbone.Graph;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Detection.Formats;
using PPLCNet.Vision.Evaluation.Coco;
using PPLCNet.Vision.Geometry;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Masks;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Cli.Detect;
using PPLCNet.Vision.Tests.Core.Labels;
using PPLCNet.Vision.Tests.Evaluation.Coco;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>Small good files of every format.</summary>
internal static class SampleFiles
{
    private static readonly GalleryItem[] _items = RandomVectors.Items(1, 20, 8);
    private static readonly Lazy<(CocoGroundTruth Truth, CocoResults Results)> _coco =
        new(() => CocoDataBuilder.Random(3, images: 3, categories: 2, detections: 15));
    private static readonly Lazy<byte[]> _classifier = new(MakeClassifier);

    public static CocoGroundTruth CocoTruth => _coco.Value.Truth;

    /// <summary>A detection of the first category in every image of a truth.</summary>
    public static CocoResults AnswersTo(CocoGroundTruth truth)
    {
        var results = new CocoResults($"answers to {truth.Source}");
        foreach (var image in truth.Images.Where(_ => truth.Categories.Count > 0))
        {
            results.Add(image.Id, truth.Categories[0].Id, new CocoBox(1, 2, 3, 4), 0.5);
        }

        return results;
    }

    public static CocoResults CocoAnswers => _coco.Value.Results;

    /// <summary>An ONNX classifier of two classes that loads.</summary>
    public static byte[] Classifier => _classifier.Value;

    public static IReadOnlyList<byte[]> InferenceYmls() =>
    [
        "PostProcess:\n  name: CTCLabelDecode\n  character_dict:\n  - a\n  - \"'\"\n  - \"\\u3000\"\n"u8.ToArray(),
        "PostProcess:\n  name: DBPostProcess\n  thresh: 0.3\n  box_thresh: 0.6\n  unclip_ratio: 1.5\n"u8.ToArray(),
    ];

    public static IReadOnlyList<byte[]> PullLocks() =>
    [
        "{\"m/f\": {\"sha256\": \"00\", \"bytes\": 3, \"address\": \"http://x/f\", \"pulled\": \"2026-01-02T03:04:05+00:00\"}}"u8.ToArray(),
    ];

    public static IReadOnlyList<byte[]> ModelZips()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("m/model.pdparams", CompressionLevel.Fastest).Open();
            entry.Write([.. Enumerable.Range(0, 500).Select(i => (byte)(i * i))]);
        }

        return [stream.ToArray()];
    }

    public static IReadOnlyList<byte[]> ModelTars()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var name in (string[])["m/inference.onnx", "m/inference.yml"])
            {
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[300]) });
            }
        }

        return [stream.ToArray()];
    }

    public static IReadOnlyList<byte[]> Images(string extension) =>
    [
        .. new[] { (1, 1), (7, 5), (40, 33), (64, 64) }.Select(size => Image(size.Item1, size.Item2, extension)),
        .. OtherForms(extension),
    ];

    public static IReadOnlyList<byte[]> LabelPngs()
    {
        var ids = Enumerable.Range(0, 20 * 13).Select(i => i / 9 % 4).ToArray();
        return
        [
            .. new[] { (2, 0, false), (4, 3, true), (8, 0, true), (8, 3, false), (8, 2, false), (16, 0, true), (16, 6, false),
                (8, 4, true) }
                .Select(f => PngBytes.Of(ids, 20, 13, f.Item1, f.Item2, f.Item3)),
        ];
    }

    /// <summary>The same PNG with the checksum of every whole chunk made right.</summary>
    public static byte[] WithPngChecksums(byte[] png)
    {
        for (long at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan((int)at));
            if (length > png.Length - at - 12)
            {
                break;
            }

            var chunk = PngBytes.Chunk(Encoding.Latin1.GetString(png, (int)at + 4, 4), png.AsSpan((int)at + 8, (int)length));
            chunk.AsSpan(chunk.Length - 4).CopyTo(png.AsSpan((int)at + 8 + (int)length));
            at += 12 + length;
        }

        return png;
    }

    public static IReadOnlyList<byte[]> Safetensors()
    {
        var set = new WeightSet("memory", new Dictionary<string, WeightTensor>
        {
            ["b.weight"] = new([3, 4], [.. Enumerable.Range(0, 12).Select(i => i / 4f)]),
            ["a"] = new([], [1.5f]),
            ["empty"] = new([0, 2], []),
        });
        return
        [
            .. Enum.GetValues<ElementType>().Take(3).Select(storage =>
            {
                using var stream = new MemoryStream();
                PPLCNet.Vision.Backbone.Weights.Safetensors.Write(stream, set, storage, new Dictionary<string,
                    string> { ["made"] = "here" });
                return stream.ToArray();
            }),
        ];
    }

    public static IReadOnlyList<byte[]> Whitening() =>
        [Saved(path => PcaWhitening.Fit([.. _items.Select(i => i.Vector)], 3).Save(path))];

    public static IReadOnlyList<byte[]> Pickles() =>
    [
        Saved(path => PickledArrays.Write(path, [("conv.weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("fc.bias", [1], [9])])),
        Saved(path => PickledArrays.Write(path, [("x", [1, 1, 4], [1, 2, 3, 4])])),
    ];

    public static IReadOnlyList<byte[]> Onnx() => [Classifier, OnnxFile.WithManifest(Classifier, Manifest())];

    public static IReadOnlyList<byte[]> Manifests() =>
        [JsonSerializer.SerializeToUtf8Bytes(Manifest(), ModelJson.Default.ModelManifest)];

    public static IReadOnlyList<byte[]> Npy() =>
    [
        .. new[] { ("<f4", 4), ("<f2", 2), ("<f8", 8) }.Select(type =>
        {
            var header = $"{{'descr': '{type.Item1}', 'fortran_order': False, 'shape': (3, 4), }}";
            header = header.PadRight(117) + "\n";
            return (byte[])[0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header),
                .. new byte[12 * type.Item2]];
        }),
    ];

    public static IReadOnlyList<byte[]> Galleries() =>
    [
        .. Enum.GetValues<GalleryIndexKind>().Select(kind => Saved(path =>
        {
            File.Delete(path);
            using var gallery = Gallery.Create(path, new GalleryHeader { Dimensions = 8, Index = kind });
            gallery.AddAsync(_items[..15]).AsTask().Wait();
            gallery.RemoveAsync([2, 3]).AsTask().Wait();
            gallery.UpdateAsync(_items[15..]).AsTask().Wait();
        })),
    ];

    /// <summary>
    /// A gallery that opens holds a state that was once written, item by item. Not always the last: two harms, to the newest
    /// commit record and to
    /// the frames that it acknowledges, look like a write that was never finished. A single damaged byte is the business of the tests of
    /// galleries.
    /// </summary>
    public static void CheckGallery(Gallery gallery)
    {
        var found = gallery.Items().ToList();
        long[][] states = [[], [.. Ids(0, 15)], [.. Ids(0, 15).Where(i => i is not (2 or 3))],
            [.. Ids(0, 20).Where(i => i is not (2 or 3))]];
        Assert.Contains(states, s => s.SequenceEqual(found.Select(i => i.Id)));
        Assert.All(found, i => Assert.Equal(_items[i.Id].Label, i.Label));
        Assert.All(found, i => Assert.True(i.Vector.Span.SequenceEqual(_items[i.Id].Vector.Span)));

        static IEnumerable<long> Ids(int from, int count) => Enumerable.Range(from, count).Select(i => (long)i);
    }

    public static IReadOnlyList<byte[]> FaissIndexes() =>
    [
        .. new[] { VectorMetric.InnerProduct, VectorMetric.L2 }.Select(metric =>
        {
            using var stream = new MemoryStream();
            FaissIndexWriter.Write(stream, 8, metric, _items[..5]);
            return stream.ToArray();
        }),
    ];

    public static IReadOnlyList<byte[]> IdMapPickles() =>
        [PickledIdMap.Write(Enumerable.Range(0, 5).Select(i => KeyValuePair.Create((long)i, $"a/{i}.jpg\t红茶 {i}")))];

    public static IReadOnlyList<byte[]> IdMapTexts() => [Encoding.UTF8.GetBytes("0 red tea\n1 green\n2 红茶\n3 a\n4 b c\n")];

    public static IReadOnlyList<byte[]> IdMapYamls() =>
        [Encoding.UTF8.GetBytes(
            "index_type: Flat\nid_map:\n  0: plain label\n  1: 'it''s'\n  2: \"\\u4E1C \\\"x\\\"\"\n  3: a\n  4: b\nother: 5\n")];

    public static IReadOnlyList<byte[]> CocoTruths() =>
    [
        Encoding.UTF8.GetBytes("""
            {"info": {"year": 2017}, "images": [{"id": 1, "width": 20, "height": 10, "file_name": "a.jpg"}, {"id": 2, "width": 8, "height": 8}],
             "categories": [{"id": 1, "name": "cat", "supercategory": "animal"}, {"id": 3, "name": "dog"}],
             "annotations": [
              {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3.5, 4], "area": 14.0, "iscrowd": 0, "segmentation": [[1, 2, 4.5, 2, 4.5, 6, 1, 6]]},
              {"id": 2, "image_id": 2, "category_id": 3, "bbox": [0, 0, 8, 8], "area": 64, "iscrowd": 1, "segmentation": {"size": [8, 8], "counts": [0, 64]}},
              {"id": 3, "image_id": 2, "category_id": 3, "bbox": [0, 0, 2, 2], "area": 4, "iscrowd": 0, "segmentation": {"size": [8, 8], "counts": "COUNTS"}}]}
            """
            .Replace("COUNTS", RleMask.FromBox(8, 8, new CocoBox(0, 0, 2, 2)).ToCompressed()
                .Replace("\\", "\\\\", StringComparison.Ordinal), StringComparison.Ordinal)),
        Encoding.UTF8.GetBytes("""
            {"images": [{"id": 5, "width": 20, "height": 10, "not_exhaustive_category_ids": [7], "neg_category_ids": [7, 9]}],
             "categories": [{"id": 7, "name": "a", "frequency": "r"}, {"id": 9, "name": "c", "frequency": "f"}],
             "annotations": [{"id": 1, "image_id": 5, "category_id": 7, "bbox": [1, 2, 3, 4], "area": 12, "segmentation": [[1, 2, 4, 2, 4, 6]]}]}
            """),
    ];

    public static IReadOnlyList<byte[]> CocoResults() =>
    [
        Encoding.UTF8.GetBytes("""
            [{"image_id": 3, "category_id": 1, "bbox": [1, 2, 3.5, 4], "score": 0.9, "segmentation": {"size": [160, 200], "counts": [5, 10, 31985]}},
             {"image_id": 10, "category_id": 2, "bbox": [0, 0, 8, 8], "score": 0.25, "segmentation": {"size": [160, 200], "counts": [0, 32000]}}]
            """),
    ];

    public static IReadOnlyList<byte[]> CocoStates()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            CocoMatchesState.Write(json, CocoEvaluator.Evaluate(CocoTruth, CocoAnswers).Matches);
            json.WriteEndObject();
        }

        return [stream.ToArray()];
    }

    public static IReadOnlyList<byte[]> Yolo() => [Encoding.UTF8.GetBytes(YoloFormat.Write(Found(), 640, 480))];

    public static IReadOnlyList<byte[]> Voc() => [Encoding.UTF8.GetBytes(PascalVocFormat.Write(Found(), "a.jpg", 640, 480))];

    public static IReadOnlyList<byte[]> Icdar() => [Encoding.UTF8.GetBytes(
        "\uFEFF377,117,463,117,465,130,378,130,Genaxis Theatre\n1,2,3,4,5,6,7,8,###\n0.5,1,2,3,4,5,6,7,a,b\n")];

    public static IReadOnlyList<byte[]> LabelLists() =>
        [Encoding.UTF8.GetBytes("a/1.jpg\tred tea\nb/2.jpg\t红茶\n"), Encoding.UTF8.GetBytes("a.jpg cat\nb.jpg dog\n")];

    public static IReadOnlyList<byte[]> Palettes() => [Encoding.UTF8.GetBytes("#ff0000\n0 255 0\n1,2,3\n\n")];

    private static Detections Found() =>
        new([new(10.25f, 20.5f, 110.125f, 220.75f), new(3, 0, 7, 9.5f)], [0.875f, 0.1f], [1, 0], ["cat", "dog"]);

    private static byte[] Image(int width, int height, string extension)
    {
        var image = new PixelBuffer(width, height);
        for (var i = 0; i < image.Data.Length; i++)
        {
            image.Data[i] = (byte)((i * 7) ^ (i / 31));
        }

        return Saved(path => ImageFile.Write(path, image), extension);
    }

    /// <summary>Forms of the format that our own writer does not make.</summary>
    private static byte[][] OtherForms(string extension)
    {
        using var color = Pattern(MatType.CV_8UC3);
        using var grey = Pattern(MatType.CV_8UC1);
        using var alpha = Pattern(MatType.CV_8UC4);
        using var wide = Pattern(MatType.CV_16UC1);
        (Mat Image, int[] Settings)[] forms = extension switch
        {
            ".jpg" => [(color, [(int)ImwriteFlags.JpegProgressive, 1]), (grey, []),
                (color, [(int)ImwriteFlags.JpegRstInterval, 2])],
            ".png" => [(grey, []), (alpha, []), (wide, [])],
            ".webp" => [(color, [(int)ImwriteFlags.WebPQuality, 101]), (alpha, [(int)ImwriteFlags.WebPQuality, 50])],
            ".tiff" => [(color, [259, 1]), (grey, [259, 5]), (wide, [259, 32946]), (color, [259, 5, 278, 4])],
            _ => [(grey, [])],
        };
        byte[][] files = [.. forms.Select(f => f.Image.ImEncode(extension, f.Settings))];
        if (extension == ".jpg")
        {
            byte[] exif = [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
            files = [.. files, [.. files[0][..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. files[0][2..]]];
        }

        return files;
    }

    private static Mat Pattern(MatType type)
    {
        var image = new Mat(21, 34, type);
        Cv2.Randu(image, Scalar.All(0), Scalar.All(200));
        return image;
    }

    private static ModelManifest Manifest() => new()
    {
        Name = "tiny",
        Task = "classification",
        Labels = ["cat", "dog"],
        Preprocess = new Preprocess { Size = new StretchRule(32, 32) },
        Description = "Two classes.",
    };

    private static byte[] MakeClassifier()
    {
        var weights = WeightScope.Random();
        var graph = new GraphBuilder("tiny");
        var features = graph.PPLCNet(NetworkInput.Any.AddTo(graph), weights.Sub("backbone"), new PPLCNetSpec { Scale = 0.25 });
        graph.Output(graph.Classifier(features.Stride4, weights.Sub("classes"), new ClassifierSpec { Classes = 2 }), "y");
        return graph.ToBytes();
    }

    private static byte[] Saved(Action<string> save, string extension = ".bin")
    {
        using var folder = new TemporaryFolder();
        save(folder.File("x" + extension));
        return File.ReadAllBytes(folder.File("x" + extension));
    }
}
