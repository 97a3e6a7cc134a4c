using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Backbone.Networks;

/// <summary>Real exported networks, rebuilt from their initialisers by our own builder, answer as the originals do.</summary>
public class RebuiltNetworkTests
{
    private const int Images = 20;

    [Fact]
    public void Text_line_orientation_x0_25() => Check(
        RepositoryPaths.Shared("models", "PP-LCNet_x0_25_textline_ori.onnx"),
        new PPLCNetSpec { Scale = 0.25, Strides = [2, (2, 1), (2, 1), (2, 1), (2, 1)] },
        classes: 2,
        RepositoryPaths.Shared("datasets", "icdar2015", "words"));

    [Fact]
    public void Page_orientation_x1_0() => Check(
        Path.Combine(RepositoryPaths.Models, "PP-LCNet_x1_0_doc_ori.onnx"),
        new PPLCNetSpec(),
        classes: 4,
        RepositoryPaths.Shared("datasets", "icdar2015", "text"));

    private static void Check(string path, PPLCNetSpec spec, int classes, string folder)
    {
        var head = new ClassifierSpec { Classes = classes, Softmax = true };
        var rebuilt = PPLCNetImport.FromExported(OnnxWeights.Read(path), spec, head).ToBytes();
        using var ours = OnnxModel.Load(rebuilt, "rebuilt");
        using var original = OnnxModel.Load(File.ReadAllBytes(path), "original");
        var preprocessor = new Preprocessor(ModelCatalog.Default.Find(path).Manifest.Preprocess!);
        foreach (var file in Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Where(IsImage).Order().Take(Images))
        {
            var image = ImageFile.Read(file);
            var plan = preprocessor.Plan(image.Width, image.Height);
            using var input = InputTensor.Rent(1, 3, plan.TensorHeight, plan.TensorWidth);
            preprocessor.Run(image, plan, input.Values);
            using var a = ours.Run(input, TestContext.Current.CancellationToken);
            using var b = original.Run(input, TestContext.Current.CancellationToken);
            for (var i = 0; i < classes; i++)
            {
                Assert.Equal(b.Floats()[i], a.Floats()[i], 1e-4f);
            }
        }
    }

    private static bool IsImage(string file) => Path.GetExtension(file) is ".jpg" or ".png";
}
