using System.Text.Json;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Api;

/// <summary>Who only evaluates restores no inference, no image library and no native code.</summary>
public sealed class EvaluationClosureTests
{
    private static readonly string[] _unwanted =
        ["OnnxRuntime", "OpenCv", "Skia", "ImageSharp", "USearch", "OnnxSharp", "Protobuf"];

    [Fact]
    public void Evaluation_restores_without_runtimes_and_image_libraries()
    {
        var path = Path.Combine(RepositoryPaths.Root, "src", "Evaluation", "obj", "project.assets.json");
        using var assets = JsonDocument.Parse(File.ReadAllBytes(path));
        var restored = assets.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .ToList();
        Assert.Contains(restored, p => p.Name.StartsWith("MathNet.Numerics/", StringComparison.Ordinal));
        Assert.DoesNotContain(restored, p => _unwanted.Any(u => p.Name.Contains(u, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(restored, p => p.Value.TryGetProperty("native", out _)
            || (p.Value.TryGetProperty("runtimeTargets", out var files) && files.EnumerateObject().Any(
                f => f.Value.TryGetProperty("assetType", out var kind) && kind.GetString() == "native")));
        Assert.Equal(
            ["Core"],
            restored.Where(p => p.Value.GetProperty("type").GetString() == "project")
                .Select(p => p.Name.Split('/')[0].Replace("PPLCNet.Vision.", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Evaluation_and_its_base_reference_only_managed_assemblies()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(["PPLCNet.Vision.Evaluation"]);
        while (open.TryDequeue(out var name))
        {
            if (seen.Add(name) && Libraries.All.FirstOrDefault(a => a.GetName().Name == name) is { } library)
            {
                foreach (var reference in library.GetReferencedAssemblies())
                {
                    open.Enqueue(reference.Name!);
                }
            }
        }

        Assert.DoesNotContain(seen, s => _unwanted.Any(u => s.Contains(u, StringComparison.OrdinalIgnoreCase)));
    }
}
