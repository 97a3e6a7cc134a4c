using PPLCNet.Vision.Backbone.Graph.Cleaning;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Bench.Backbone;

/// <summary>
/// <c>cleaning MODEL.onnx FOLDER [IMAGES]</c>: a finished model as delivered against the same model cleaned at load, one
/// thread: largest difference of any output over real images, and the ratio of speeds.
/// </summary>
internal static class CleaningBench
{
    private const int Rounds = 300;

    public static void Run(string[] args)
    {
        var (path, folder, count) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2]) : 20);
        var manifest = ModelCatalog.Default.Find(path).Manifest;
        var bytes = File.ReadAllBytes(path);
        var options = new RuntimeOptions { FixedShape = true, Clean = false };
        using var delivered = OnnxModel.Load(bytes, "delivered", options);
        using var cleaned = OnnxModel.Load(bytes, "cleaned", options with { Clean = true });
        var preprocessor = new Preprocessor(manifest.Preprocess!);
        var worst = new double[delivered.Outputs.Count];
        List<InputTensor>? inputs = null;
        var images = Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).Order().Take(count).ToList();
        foreach (var file in images)
        {
            inputs = Prepare(file, preprocessor, delivered);
            using var a = delivered.Run(inputs);
            using var b = cleaned.Run(inputs);
            for (var i = 0; i < worst.Length; i++)
            {
                if (delivered.Outputs[i].ElementType == typeof(float))
                {
                    worst[i] = Math.Max(worst[i], Difference(a.Floats(i), b.Floats(i)));
                }
            }
        }

        Console.WriteLine($"{manifest.Name}: {images.Count} images, {OnnxCleaner.Clean(Onnx.ModelProto.Parser.ParseFrom(bytes))} changes");
        for (var i = 0; i < worst.Length; i++)
        {
            Console.WriteLine($"  output {delivered.Outputs[i].Name}: largest difference {worst[i]:0.0e+0}");
        }

        Pair.Print("delivered and cleaned", () => delivered.Run(inputs!).Dispose(), () => cleaned.Run(inputs!).Dispose(), Rounds);
    }

    private static List<InputTensor> Prepare(string file, Preprocessor preprocessor, OnnxModel model)
    {
        var image = ImageFile.Read(file);
        var plan = preprocessor.Plan(image.Width, image.Height);
        return [.. model.Inputs.Select(info =>
        {
            if (info.Shape.Count == 4)
            {
                var tensor = InputTensor.Rent(info.Name, 1, 3, plan.TensorHeight, plan.TensorWidth);
                preprocessor.Run(image, plan, tensor.Values);
                return tensor;
            }

            var scale = InputTensor.Rent(info.Name, 1, 2); // PicoDet's scale factor: (height, width) of the tensor over the image's.
            scale.Values[0] = (float)plan.TensorHeight / image.Height;
            scale.Values[1] = (float)plan.TensorWidth / image.Width;
            return scale;
        })];
    }

    private static double Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            return double.PositiveInfinity;
        }

        double worst = 0;
        for (var i = 0; i < a.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(a[i] - b[i]));
        }

        return worst;
    }
}
