using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace PPLCNet.Vision.Tests.Cli.Bulk;

/// <summary>
/// The files in <c>deploy/</c>: no container engine is at hand, so they are read, what they give to the command is given to it,
/// and scripts do what the image and a cluster would.
/// </summary>
public sealed class DeployFileTests
{
    private const int Skipped = 77;

    private static string Deploy { get; } = Path.Combine(RepositoryPaths.Root, "deploy");

    [Theory]
    [InlineData("kubernetes/deployment.yaml")]
    [InlineData("kubernetes/job.yaml")]
    public void PodsRunWithoutRightsAndOnFlagsThatThereAre(string file)
    {
        var pod = Find(Read(file)[0], "spec", "template", "spec");
        Assert.Equal(("true", "1654", "RuntimeDefault"), (Text(pod, "securityContext", "runAsNonRoot"), Text(pod, "securityContext", "runAsUser"), Text(pod, "securityContext", "seccompProfile", "type")));
        Assert.Equal("false", Text(pod, "automountServiceAccountToken"));
        var container = ((YamlSequenceNode)Find(pod, "containers")).Children.Single();
        Assert.Equal("false", Text(container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("true", Text(container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal(["ALL"], Words(Find(container, "securityContext", "capabilities", "drop")));
        Assert.Equal(Text(container, "resources", "requests", "memory"), Text(container, "resources", "limits", "memory"));
        HasFlags(Words(Find(container, "args")));

        var volumes = ((YamlSequenceNode)Find(pod, "volumes")).Select(v => Text(v, "name")).Order();
        Assert.Equal(volumes, ((YamlSequenceNode)Find(container, "volumeMounts")).Select(v => Text(v, "name")).Order());
    }

    [Fact]
    public void TheDeploymentProbesApartAndStopsGracefully()
    {
        var pod = Find(Read("kubernetes/deployment.yaml")[0], "spec", "template", "spec");
        var container = ((YamlSequenceNode)Find(pod, "containers")).Children.Single();
        Assert.Equal(["/health/ready", "/health/ready", "/health/live"], ((string[])["startupProbe", "readinessProbe", "livenessProbe"]).Select(p => Text(container, p, "httpGet", "path")));
        var args = Words(Find(container, "args"));
        int Value(string flag) => int.Parse(args[args.IndexOf(flag) + 1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(int.Parse(Text(pod, "terminationGracePeriodSeconds"), System.Globalization.CultureInfo.InvariantCulture) >= Value("--drain") + Value("--timeout") + 5);
    }

    [Fact]
    public void TheJobHasAShardForEachCompletion()
    {
        var job = Read("kubernetes/job.yaml")[0];
        var pod = Find(job, "spec", "template", "spec");
        var args = Words(Find(((YamlSequenceNode)Find(pod, "containers")).Children.Single(), "args"));
        Assert.Equal(("Indexed", "Never"), (Text(job, "spec", "completionMode"), Text(pod, "restartPolicy")));
        Assert.Equal($"auto/{Text(job, "spec", "completions")}", args[args.IndexOf("--shard") + 1]);

        // As the first of its pods would run, on no image.
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("manifest.txt"), folder.File("none.jpg"));
        var run = Pplcnet.RunWith(
            [("JOB_COMPLETION_INDEX", "1")],
            args.Select(a => a.Replace("$(JOB_COMPLETION_INDEX)", "1", StringComparison.Ordinal)
                .Replace("@", $"@{folder.Path}/", StringComparison.Ordinal).Replace("out/", $"{folder.Path}/out/", StringComparison.Ordinal)));
        Assert.Equal("", File.ReadAllText(folder.File("out/part-1.jsonl")));
        run.Expect(0);
    }

    [Fact]
    public void ComposeHasTheServerAndPostgresAsAProfile()
    {
        var services = (YamlMappingNode)Find(Read("compose.yaml")[0], "services");
        Assert.Equal(["pplcnet", "pplcnet-postgres", "postgres"], services.Children.Keys.Select(k => k.ToString()));
        Assert.Equal(["postgres"], Words(Find(services, "postgres", "profiles")));
        Assert.Equal("service_healthy", Text(services, "pplcnet-postgres", "depends_on", "postgres", "condition"));
        Assert.Equal(("true", "1654"), (Text(services, "pplcnet", "read_only"), Text(services, "pplcnet", "user")));
        HasFlags(Words(Find(services, "pplcnet-postgres", "command")));
    }

    [Fact]
    public void TheImageServesAsItsUserOnAReadOnlyRoot() => Script("check-image.sh", "healthy");

    [Fact]
    public void AnArrayOfSlurmSurvivesAKilledTask() => Script("bulk-slurm.sh", "bulk-slurm: passed");

    private static void Script(string name, string passed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script is one for Linux.");
        var start = new ProcessStartInfo("timeout", ["--kill-after=20", "900", "bash", Path.Combine(RepositoryPaths.Root, "scripts", name)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == Skipped, output.Trim());
        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}:\n{output}\n{errors.Result}");
        Assert.Contains(passed, output, StringComparison.Ordinal);
    }

    /// <summary>Every flag is one that the help of its command lists.</summary>
    private static void HasFlags(List<string> args)
    {
        var help = Pplcnet.Run(args[0], "--help").Expect(0).Output;
        Assert.All(args.Where(a => a.StartsWith("--", StringComparison.Ordinal)), flag => Assert.Contains(flag, help, StringComparison.Ordinal));
    }

    private static List<YamlNode> Read(string file)
    {
        using var reader = File.OpenText(Path.Combine(Deploy, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    private static YamlNode Find(YamlNode node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node[name];
        }

        return node;
    }

    private static string Text(YamlNode node, params ReadOnlySpan<string> path) => ((YamlScalarNode)Find(node, path)).Value!;

    private static List<string> Words(YamlNode node) => [.. ((YamlSequenceNode)node).Select(n => ((YamlScalarNode)n).Value!)];
}
