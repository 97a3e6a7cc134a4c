using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.ML.OnnxRuntime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Cli.Commands.Doctor;

/// <summary>The checks, in the order in which one thing needs the other.</summary>
internal static class Checks
{
    private const string Setup = "run scripts/setup.sh";

    /// <summary>How shipped models come back: a working copy has them in its history, an installed tool in its package.</summary>
    private static string Restore { get; } = ModelCatalog.Default.Folders.Any(f => Path.Exists(Path.Combine(f, "..", ".git")))
        ? "git checkout models"
        : "install the tool anew";

    /// <summary>Runs the checks one after another.</summary>
    public static IEnumerable<Check> All()
    {
        yield return new Check("pplcnet", true, $"{typeof(Checks).Assembly.GetName().Version?.ToString(3)} in {AppContext.BaseDirectory}");
        yield return new Check("system", true, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}");
        yield return LibC();
        yield return new Check("cpu", true, $"{Environment.ProcessorCount} cores, {CpuFeatures()}");
        yield return new Check("memory", true, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0:0.0} GiB"); // What the container allows, if there is one.
        yield return Codec(OpenCvCodec.LoadFailure);
        yield return OnnxRuntime();
        yield return new Check("model folders", true, string.Join(", ", ModelCatalog.Default.Folders.Select(f => Directory.Exists(f) ? f : $"{f} (not there yet)")));
        foreach (var model in ModelCatalog.Default.Models.Where(m => m.File.Length > 0).DistinctBy(m => m.File))
        {
            yield return Model(model);
        }
    }

    private static Check LibC()
    {
        if (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
        {
            return new Check("libc", false, "musl", "the native libraries need glibc: use a Debian or Ubuntu image");
        }

        return new Check("libc", true, OperatingSystem.IsLinux() ? $"glibc {Marshal.PtrToStringUTF8(GlibcVersion())}" : "the system's own");
    }

    [DllImport("libc", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint GlibcVersion();

    private static string CpuFeatures() => RuntimeInformation.ProcessArchitecture is Architecture.X64
        ? string.Join(' ', new[] { (Avx2.IsSupported, "avx2"), (Fma.IsSupported, "fma"), (Avx512F.IsSupported, "avx512f"), (Avx512Vbmi.IsSupported, "avx512vbmi") }
            .Where(f => f.Item1).Select(f => f.Item2).DefaultIfEmpty("no avx2: expect a third of the speed"))
        : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The codec; a machine without OpenCV still reads images, but finds no text.</summary>
    /// <param name="failure">Why OpenCV does not load; null where it does.</param>
    internal static Check Codec(Exception? failure)
    {
        if (failure is not null)
        {
            return new Check(
                "codec",
                false,
                $"imagesharp alone; OpenCV does not load: {Failure.Message(failure)}",
                "apt-get install libgtk-3-0 (newer releases: libgtk-3-0t64), which OpenCV needs; scripts/setup.sh does it");
        }

        var png = ImageCodecs.Default.Encode(new PixelBuffer(3, 2), ".png");
        return new Check("codec", ImageFile.Decode(png) is { Width: 3, Height: 2 }, $"{ImageCodecs.Default.Name}: {string.Join(' ', ImageFile.Extensions)}");
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

    private static Check Model(ModelManifest model) => ModelCatalog.Default.Verify(model) switch
    {
        "ok" => new Check($"model {model.Name}", true, "here, hash right"),
        "unknown" => new Check($"model {model.Name}", true, "here, no hash known"),
        "mismatch" => new Check($"model {model.Name}", false, "hash differs from the catalogue's", $"{Restore}, or remove {ModelCatalog.Default.PathOf(model)}"),
        _ when model.Ships => new Check($"model {model.Name}", false, $"{model.File} is missing", Restore),
        _ when model.Sources.Count > 0 => new Check($"model {model.Name}", true, $"optional, not here: `pplcnet models pull {model.Name}` fetches it") { IsAbsent = true },
        _ => new Check($"model {model.Name}", true, $"optional, not here: set PPLCNET_MODELS to a folder with {model.File}") { IsAbsent = true },
    };
}

/// <summary>One finding about this machine.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Passed">Whether all is well.</param>
/// <param name="Found">What was found.</param>
/// <param name="Fix">What repairs it; null where nothing is wrong.</param>
internal sealed record Check(string Name, bool Passed, string Found, string? Fix = null)
{
    /// <summary>Whether it is something optional that is not here.</summary>
    public bool IsAbsent { get; init; }
}
