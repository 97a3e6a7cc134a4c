using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Models;
using PPLCNet.Vision.Cli.Commands.Models;

namespace PPLCNet.Vision.Cli.Commands.Doctor;

/// <summary>The checks, in the order in which one thing needs the other.</summary>
internal static class Checks
{
    private const string Setup = "run scripts/setup.sh";

    /// <summary>Runs the checks one after another.</summary>
    public static IEnumerable<Check> All()
    {
        yield return new Check("system", true, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}");
        yield return LibC();
        yield return new Check("cpu", true, $"{Environment.ProcessorCount} cores, {CpuFeatures()}");
        yield return new Check("memory", true, ModelFiles.SizeText(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        yield return OpenCv();
        yield return OnnxRuntime();
        foreach (var model in ModelCatalog.Default.Models.Where(m => m.File.Length > 0).DistinctBy(m => m.File))
        {
            yield return Model(model);
        }
    }

    private static Check LibC() => RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
        ? new Check("libc", false, "musl", "the native libraries need glibc: use a Debian or Ubuntu image")
        : new Check("libc", true, "glibc or the system's own");

    private static string CpuFeatures() => RuntimeInformation.ProcessArchitecture is Architecture.X64
        ? string.Join(' ', new[] { (Avx2.IsSupported, "avx2"), (Fma.IsSupported, "fma"), (Avx512F.IsSupported, "avx512f"), (Avx512Vbmi.IsSupported, "avx512vbmi") }
            .Where(f => f.Item1).Select(f => f.Item2).DefaultIfEmpty("no avx2: expect a third of the speed"))
        : RuntimeInformation.ProcessArchitecture.ToString();

    private static Check OpenCv()
    {
        try
        {
            var png = ImageCodecs.Default.Encode(new PixelBuffer(3, 2), ".png");
            var back = ImageFile.Decode(png);
            return new Check("codec", back is { Width: 3, Height: 2 }, $"{ImageCodecs.Default.Name}: {string.Join(' ', ImageFile.Extensions)}");
        }
        catch (Exception e) when (Failure.ExitCodeOf(e) == ExitCode.Environment)
        {
            return new Check("codec", false, Failure.Message(e), $"{Setup} (installs libgtk-3-0 for OpenCV)");
        }
    }

    private static Check OnnxRuntime()
    {
        try
        {
            var providers = OrtEnv.Instance().GetAvailableProviders();
            return new Check("onnxruntime", true, $"{OrtEnv.Instance().GetVersionString()}: {string.Join(' ', providers)}");
        }
        catch (Exception e) when (Failure.ExitCodeOf(e) == ExitCode.Environment)
        {
            return new Check("onnxruntime", false, Failure.Message(e), Setup);
        }
    }

    private static Check Model(ModelManifest model) => ModelFiles.Verify(model) switch
    {
        "ok" => new Check($"model {model.Name}", true, "here, hash right"),
        "unknown" => new Check($"model {model.Name}", true, "here, no hash known"),
        "mismatch" => new Check($"model {model.Name}", false, "hash differs from the catalogue's", $"git checkout models, or remove {ModelFiles.PathOf(model)}"),
        _ when model.Ships => new Check($"model {model.Name}", false, $"{model.File} is missing", "git checkout models"),
        _ => new Check($"model {model.Name}", true, "not here (does not ship; $PPLCNET_MODELS adds a folder)"),
    };
}
