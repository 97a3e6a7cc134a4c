using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Bench.Backbone;

/// <summary>
/// <c>rebuilt MODEL.onnx FOLDER [IMAGES]</c>: an exported PP-LCNet orientation model against the same weights in our own
/// graph: largest difference of the probabilities over real images, and the ratio of speeds.
/// </summary>
internal static class RebuiltBench
{
    private const int Rounds = 600;

    public static void Run(string[] args)
    {
        var (path, folder, count) = (args[0], args[1], args.Length > 2 ? int.Parse(args[2]) : 100);
        var manifest = ModelCatalog.Default.Find(path).Manifest;
        var lines = manifest.Labels.Count == 2;
        var spec = new PPLCNetSpec
        {
            Scale = lines ? 0.25 : 1,
            Strides = lines ? [2, (2, 1), (2, 1), (2, 1), (2, 1)] : [2, 2, 2, 2, 2],
        };
        var head = new ClassifierSpec { Classes = manifest.Labels.Count, Softmax = true };
        var options = new RuntimeOptions { FixedShape = true, Clean = false };
        using var original = OnnxModel.Load(File.ReadAllBytes(path), "original", options);
        using var ours = OnnxModel.Load(PPLCNetImport.FromExported(OnnxWeights.Read(path), spec, head).ToBytes(), "ours", options);
        var preprocessor = new Preprocessor(manifest.Preprocess!);
        double worst = 0;
        var agree = 0;
        var images = Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(f => ImageFile.Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).Order().Take(count).ToList();
        InputTensor? input = null;
        foreach (var file in images)
        {
            input?.Dispose();
            var image = ImageFile.Read(file);
            var plan = preprocessor.Plan(image.Width, image.Height);
            input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
            preprocessor.Run(image, plan, input.Values);
            using var a = original.Run(input);
            using var b = ours.Run(input);
            for (var i = 0; i < manifest.Labels.Count; i++)
            {
                worst = Math.Max(worst, Math.Abs(a.Floats()[i] - b.Floats()[i]));
            }

            agree += ArgMax(a.Floats()) == ArgMax(b.Floats()) ? 1 : 0;
        }

        Console.WriteLine($"{manifest.Name}: {images.Count} images, largest difference of a probability {worst:0.0e+0}, same answer {agree}");
        Pair.Print("original and rebuilt", () => original.Run(input!).Dispose(), () => ours.Run(input!).Dispose(), Rounds);
        input?.Dispose();
    }

    private static int ArgMax(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);
}
