using System.Text.Json;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>The commands around official models, as processes with a cache folder of their own.</summary>
public sealed class PullCommandTests : IDisposable
{
    private const string Name = "pplcnet-x0.25";
    private const string File = "PPLCNet_x0_25_pretrained.pdparams";

    private static readonly Lazy<byte[]> _checkpoint = new(
        () => PublishedFiles.Paddle(PublishedFiles.Tensors(OfficialModels.Find(Name)!)));
    private static readonly string _image = Path.Combine(RepositoryPaths.Samples, "cat.jpg");

    private readonly TemporaryFolder _cache = new();
    private readonly LoopbackServer _server = new();

    private string Models => Path.Combine(_cache.Path, "pplcnet", "models");

    public void Dispose()
    {
        _server.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void ListNamesEveryModelWithTheFieldsOfTheContract()
    {
        var models = Run("models", "list", "--remote", "--json").Expect(0).Json();
        Assert.Equal(OfficialModels.All.Select(m => m.Name), models.Select(m => m.GetProperty("name").GetString()));
        Assert.All(models, m =>
            Assert.Equal(["name", "task", "bytes", "license", "figures", "here"], m.EnumerateObject().Select(p => p.Name)));
        Assert.Contains(models, m => m.GetProperty("here").GetBoolean());
        var detectors = Run("models", "list", "--remote", "--task", "detection", "--json").Expect(0).Json();
        Assert.Equal(OfficialModels.All.Where(m => m.Task == "detection")
            .Select(m => m.Name), detectors.Select(m => m.GetProperty("name").GetString()));
        Assert.Contains("--task takes one of", Run("models", "list", "--remote", "--task", "none").Expect(1)
            .Errors, StringComparison.Ordinal);
        Assert.Contains("top-1 51.86", Run("models", "list", "--remote", "--task", "classification").Expect(0)
            .Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelIsPulledUsedAndKnownByItsName()
    {
        Assert.Contains(
            $"models pull {Name}", Run("classify", _image, "--model", Name).Expect(3).Errors, StringComparison.Ordinal);
        Assert.Contains(
            "PPLCNet_x0_25_pretrained.pdparams", Run("models", "info", Name).Expect(0).Output, StringComparison.Ordinal);

        var pulled = Run("models", "pull", Name, "--from", _server.Serve(File, _checkpoint.Value), "--json").Expect(0).Json()
            .Single();
        Assert.Equal((Name, true), (pulled.GetProperty("name").GetString(), pulled.GetProperty("pulled").GetBoolean()));
        Assert.Equal(Path.Combine(Models, Name + ".safetensors"), pulled.GetProperty("path").GetString());
        Assert.False(Run("models", "pull", Name, "--json").Expect(0).Json().Single().GetProperty("pulled").GetBoolean());

        Assert.Equal(
            5, Run("classify", _image, "--model", Name, "--json").Expect(0).Json().Single().GetProperty("top").GetArrayLength());
        Assert.Equal("ok", Run("models", "info", Name, "--json").Expect(0).Json().Single().GetProperty("state").GetString());
        Assert.True(Run("models", "list", "--json").Expect(0).Json().Single(m => m.GetProperty("name").GetString() == Name)
            .GetProperty("present").GetBoolean());
        Assert.True(Run("models", "list", "--remote", "--json").Expect(0).Json()
            .First(m => m.GetProperty("name").GetString() == Name).GetProperty("here").GetBoolean());
    }

    [Fact]
    public void ProxyOfTheEnvironmentIsUsed()
    {
        using var proxy = new OneAnswerProxy(_checkpoint.Value);
        (string, string)[] variables = [("XDG_CACHE_HOME", _cache.Path), ("http_proxy", proxy.Address)];
        Pplcnet.RunWith(variables, "models", "pull", Name, "--from", $"http://models.example/{File}").Expect(0);
        Assert.Equal($"GET http://models.example/{File} HTTP/1.1", proxy.Request);
    }

    [Fact]
    public void ChangedFileNeedsTheFlag()
    {
        var address = _server.Serve(File, _checkpoint.Value);
        Run("models", "pull", Name, "--from", address).Expect(0);
        System.IO.File.Delete(Path.Combine(Models, Name + ".json"));
        var tensors = PublishedFiles.Tensors(OfficialModels.Find(Name)!)
            .Select(t => (t.Name, t.Shape, t.Values.Select(v => -v).ToArray()));
        _server.Serve(File, PublishedFiles.Paddle(tensors.Select(t => t.Name.EndsWith("_variance", StringComparison.Ordinal)
            ? (t.Name, t.Shape, t.Item3.Select(MathF.Abs).ToArray()) : t)));
        Assert.Contains(
            "--accept-changed", Run("models", "pull", Name, "--from", address).Expect(3).Errors, StringComparison.Ordinal);
        Run("models", "pull", Name, "--from", address, "--accept-changed").Expect(0);
        using var locked = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(Models, "models.lock")));
        Assert.Equal($"{Name}/{File}", Assert.Single(locked.RootElement.EnumerateObject()).Name);
    }

    [Fact]
    public void FirstUsePullsWhenAsked()
    {
        // The file was copied to where the message of a machine without network says.
        var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(Models, "downloads", Name)).FullName, File);
        System.IO.File.WriteAllBytes(copy, _checkpoint.Value);
        Run("classify", _image, "--model", Name).Expect(3); // never silently
        var run = Run("classify", _image, "--model", Name, "--pull", "--json").Expect(0);
        Assert.Contains($"pulling '{Name}'", run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Json());
        Assert.DoesNotContain(
            "pulling", Run("classify", _image, "--model", Name, "--pull").Expect(0).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void FileOfAnotherNetworkEndsWithTheModelsExitCode()
    {
        var other = PublishedFiles.Paddle(PublishedFiles.Tensors(OfficialModels.Find("pplcnet-x0.5")!));
        Assert.Contains("misshapen", Run("models", "pull", Name, "--from", _server.Serve("x.pdparams", other)).Expect(3)
            .Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Models) && Directory.EnumerateFileSystemEntries(Models).Any());
    }

    [Fact]
    public void AttributesAreToldOfEveryDetectedPersonAndVehicle()
    {
        foreach (var (task, model, list) in new[] { ("person", "pplcnet-x1.0-person-attribute", "people"),
            ("vehicle", "pplcnet-x1.0-vehicle-attribute", "vehicles") })
        {
            var checkpoint = PublishedFiles.Paddle(PublishedFiles.Tensors(OfficialModels.Find(model)!));
            Run("models", "pull", model, "--from", _server.Serve($"{task}.pdparams", checkpoint)).Expect(0);
            var image = Path.Combine(RepositoryPaths.Samples, task == "person" ? "astronaut.jpg" : "motorcycle.jpg");
            var found = Run("attributes", image, "--task", task, "--score", "0.05", "--json").Expect(0).Json().Single();
            Assert.Equal(["file", "width", "height", "ms", list], found.EnumerateObject().Select(p => p.Name));
            Assert.NotEqual(0, found.GetProperty(list).GetArrayLength());
            Assert.All(found.GetProperty(list).EnumerateArray(), o =>
            {
                Assert.Equal(["box", "score", "attributes"], o.EnumerateObject().Select(p => p.Name));
                Assert.Equal(4, o.GetProperty("box").GetArrayLength());
                Assert.All(
                    o.GetProperty("attributes").EnumerateArray(), a => Assert.InRange(a.GetProperty("score").GetSingle(), 0, 1));
            });

            var whole = Run("attributes", image, "--task", task, "--whole", "--json").Expect(0).Json().Single().GetProperty(list);
            Assert.Equal(1, Assert.Single(whole.EnumerateArray()).GetProperty("score").GetSingle());
            Run("attributes", image, "--task", task, "--whole", "--draw", _cache.File("drawn.png")).Expect(0);
            Assert.True(System.IO.File.Exists(_cache.File("drawn.png")));
        }

        Run("attributes", _image, "--whole", "--detector", "picodet-x1.0-320-coco").Expect(1);
        Assert.Contains("does not fit", Run("attributes", _image, "--model", "pplcnet-x1.0-vehicle-attribute", "--task", "person",
            "--whole").Expect(1).Errors, StringComparison.Ordinal);
        Assert.Contains("a class among", Run("attributes", _image, "--detector", "picodet-x1.0-layout").Expect(3)
            .Errors, StringComparison.Ordinal);
    }

    private Pplcnet Run(params string[] arguments) => Pplcnet.RunWith([("XDG_CACHE_HOME", _cache.Path)], arguments);
}
