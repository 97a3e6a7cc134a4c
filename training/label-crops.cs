#:project ../src/Runtime/Runtime.csproj
#:package Microsoft.ML.OnnxRuntime
#:package OpenCvSharp4.official.runtime.linux-x64
#:property PublishAot=false

// Step 2: what the classifier says about every crop of data/ARRAY.u8, before any normalisation.
// dotnet run training/label-crops.cs data ../shared/models [ARRAY...]   (the model: efficientnet-lite2; without arrays: all that are there)
// Writes data/ARRAY.feat.f32 ([N, 1280]) and data/ARRAY.logit.f32 ([N, 1000]); goes on where the shorter of the two ends. Crops are enlarged
// bilinearly, not as the catalogue says: they are small, and were made by bilinear resizing.
using System.Runtime.InteropServices;
using PPLCNet.Vision;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

(string Output, string Short, int Width)[] outputs = [("features", "feat", 1280), ("logits", "logit", 1000)];
(string Array, int Stored, int Seen)[] sides = // side of a crop, side that the teacher sees
[
    ("sharp", 192, 208), ("small", 144, 176), ("scenes", 192, 208), ("things", 192, 208), ("mini", 96, 176), ("more", 160, 208), ("tiny", 96, 176),
    ("pets", 160, 208),
];
if (args is not [var data, var models, .. var arrays] || arrays.Except(sides.Select(s => s.Array)).Any())
{
    Console.Error.WriteLine($"usage: label-crops.cs DATA MODELS [ARRAY...]   arrays: {string.Join(' ', sides.Select(s => s.Array))}");
    return 2;
}

Environment.SetEnvironmentVariable("PPLCNET_MODELS", Path.GetFullPath(models));
var teacher = ModelCatalog.Default.Find("efficientnet-lite2", "classification");
var chosen = sides.Where(s => arrays.Length == 0 ? File.Exists(Pixels(s.Array)) : arrays.Contains(s.Array)).ToList();
if (chosen.Count == 0)
{
    throw new FileNotFoundException($"{data}: expected arrays of crops (prepare_crops.py), found none");
}

foreach (var (array, stored, seen) in chosen)
{
    var preprocess = teacher.Manifest.Preprocess! with { Size = new StretchRule(seen, seen), Interpolation = Interpolation.Bilinear };
    var runtime = new RuntimeOptions { Threads = 1, FixedShape = true };
    using var model = ImageModel.Load(teacher, new ModelOptions { Runtime = runtime, Preprocess = preprocess });
    using var pixels = File.OpenRead(Pixels(array));
    var files = outputs.Select(o => File.Open(Path.Combine(data, $"{array}.{o.Short}.f32"), FileMode.OpenOrCreate)).ToArray();
    var crop = new byte[stored * stored * 3];
    var count = File.ReadLines(Path.Combine(data, $"{array}.tsv")).LongCount();
    var done = files.Zip(outputs).Min(f => f.First.Length / (f.Second.Width * sizeof(float)));
    if (pixels.Length != count * crop.Length || done > count)
    {
        throw new DataFormatException(
            $"{Pixels(array)}: expected {count} crops of {crop.Length} bytes as in {array}.tsv, found {pixels.Length} bytes and labels of {done}");
    }

    pixels.Position = done * crop.Length;
    foreach (var (file, output) in files.Zip(outputs))
    {
        file.SetLength(done * output.Width * sizeof(float));
        file.Seek(0, SeekOrigin.End);
    }

    while (done < count)
    {
        pixels.ReadExactly(crop);
        using var input = model.Prepare(new PixelView(crop, stored, stored, stored * 3, PixelFormat.Rgb24));
        using var results = model.Run(input);
        foreach (var (file, output) in files.Zip(outputs))
        {
            var values = results.Floats(results.IndexOf(output.Output));
            if (values.Length != output.Width)
            {
                throw new DataFormatException($"{array}, crop {done}: expected {output.Width} {output.Output}, found {values.Length}");
            }

            file.Write(MemoryMarshal.AsBytes(values));
        }

        if (++done % 2000 == 0)
        {
            Console.WriteLine($"{array}: {done} of {count}");
        }
    }

    foreach (var file in files)
    {
        file.Dispose();
    }
}

return 0;

string Pixels(string array) => Path.Combine(data, $"{array}.u8");
