#:project ../src/Detection/Detection.csproj
#:package Microsoft.ML.OnnxRuntime
#:package OpenCvSharp4.official.runtime.linux-x64
#:property PublishAot=false

// Step 2: what a PicoDet with raw heads says about every view of data/boxes.u8, before any suppression.
// dotnet run training/label-boxes.cs data ../shared/models   (the model: picodet-s-320-coco-esnet)
// Writes data/boxes.first.i64 (N + 1: the first record of each view) and data/boxes.records, one record of 212 bytes for each anchor with a
// class score from 0.05 on: anchor (uint16), 80 scores (uint8, x 255), 4 x 8 probabilities of the box's sides (uint8, x 255), and the 96
// features that the teacher's last layer reads them from: their largest value (float16), then each (uint8, 0 is hardswish's least value -0.375,
// 255 the largest).
using System.Runtime.InteropServices;
using System.Text;
using PPLCNet.Vision;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

const int Side = 320, Classes = 80, Sides = 4, Bins = 8, Features = 96;
const float Least = 0.05f, Floor = -0.375f;
string[] inputs = ["hardswish_38.tmp_0", "hardswish_42.tmp_0", "hardswish_46.tmp_0", "hardswish_50.tmp_0"]; // of the last layer, strides 8, 16, 32, 64
if (args is not [var data, var models])
{
    Console.Error.WriteLine("usage: label-boxes.cs DATA MODELS");
    return 2;
}

Environment.SetEnvironmentVariable("PPLCNET_MODELS", Path.GetFullPath(models));
var file = ModelCatalog.Default.Find("picodet-s-320-coco-esnet", "detection");
file = ModelFile.FromBytes(WithOutputs(file.ReadAllBytes(), inputs), file.Manifest with { Bytes = 0, Sha256 = "" });
using var model = ImageModel.Load(file, new ModelOptions { Runtime = new RuntimeOptions { Threads = 1, FixedShape = true } });
using var pixels = File.OpenRead(Path.Combine(data, "boxes.u8"));
using var records = new BinaryWriter(File.Create(Path.Combine(data, "boxes.records")));
var count = (int)(pixels.Length / (Side * Side * 3));
var first = new long[count + 1];
var view = new byte[Side * Side * 3];
var bins = new float[Bins];
var features = new float[Features];
for (var n = 0; n < count; n++)
{
    pixels.ReadExactly(view);
    using var input = model.Prepare(new PixelView(view, Side, Side, Side * 3, PixelFormat.Rgb24));
    using var outputs = model.Run(input);
    // [1, cells, 80] scores, then [1, cells, 32] box logits, strides 8, 16, 32, 64; [1, 96, rows, columns] features
    var heads = Enumerable.Range(0, outputs.Count - inputs.Length).Select(i => (Index: i, Shape: outputs.Shape(i)))
        .GroupBy(o => o.Shape[1]).OrderByDescending(g => g.Key)
        .Select(g => (Scores: g.Single(o => o.Shape[2] == Classes).Index, Boxes: g.Single(o => o.Shape[2] == Sides * Bins).Index, Cells: (int)g.Key));
    var levels = heads.Select((h, i) => (h.Scores, h.Boxes, h.Cells, Features: outputs.Count - inputs.Length + i));
    var (anchor, written) = (0, 0);
    foreach (var level in levels)
    {
        var scores = outputs.Floats(level.Scores);
        var boxes = outputs.Floats(level.Boxes);
        var maps = outputs.Floats(level.Features);
        if (maps.Length != level.Cells * Features)
        {
            throw new DataFormatException($"expected {Features} features of {level.Cells} cells, found {maps.Length} numbers");
        }

        for (var cell = 0; cell < level.Cells; cell++, anchor++)
        {
            var row = scores.Slice(cell * Classes, Classes);
            if (System.Numerics.Tensors.TensorPrimitives.Max(row) < Least)
            {
                continue;
            }

            records.Write((ushort)anchor);
            Bytes(records, row);
            for (var side = 0; side < Sides; side++)
            {
                System.Numerics.Tensors.TensorPrimitives.SoftMax(boxes.Slice((cell * Sides * Bins) + (side * Bins), Bins), bins);
                Bytes(records, bins);
            }

            for (var i = 0; i < Features; i++)
            {
                features[i] = maps[(i * level.Cells) + cell] - Floor;
            }

            var largest = Math.Max(1e-3f, System.Numerics.Tensors.TensorPrimitives.Max(features));
            records.Write((Half)(largest + Floor));
            System.Numerics.Tensors.TensorPrimitives.Divide(features, largest, features);
            Bytes(records, features);
            written++;
        }
    }

    first[n + 1] = first[n] + written;
    if ((n + 1) % 1000 == 0)
    {
        Console.WriteLine($"{n + 1} of {count} views, {first[n + 1]} records");
    }
}

File.WriteAllBytes(Path.Combine(data, "boxes.first.i64"), MemoryMarshal.AsBytes(first.AsSpan()).ToArray());
return 0;

// A field of a protobuf message may come in two pieces, which readers join: the second `graph` (7) only names more outputs (12).
static byte[] WithOutputs(byte[] onnx, IEnumerable<string> names)
{
    var graph = new List<byte>();
    foreach (var name in names.Select(Encoding.UTF8.GetBytes))
    {
        graph.AddRange([(12 << 3) | 2, (byte)(name.Length + 2), (1 << 3) | 2, (byte)name.Length, .. name]);
    }

    return graph.Count < 128 ? [.. onnx, (7 << 3) | 2, (byte)graph.Count, .. graph] : throw new ArgumentException("names of more than one length byte");
}

static void Bytes(BinaryWriter writer, ReadOnlySpan<float> values)
{
    foreach (var value in values)
    {
        writer.Write((byte)Math.Clamp((int)MathF.Round(value * 255), 0, 255));
    }
}
