using System.Diagnostics;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Packages;

/// <summary>The NuGet packages as a stranger meets them: a folder feed, a project of its own, five lines of code.</summary>
public sealed class ConsumerTests : IDisposable
{
    private const string Program = """
        using PPLCNet.Vision.Ocr;

        using var ocr = OcrEngine.Load();
        foreach (var line in ocr.Read(args[0]).Lines)
            Console.WriteLine($"{line.Score:0.00} {line.Text}");
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("pplcnet-consumer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Five_lines_read_a_page_with_the_packages_alone()
    {
        var feed = Path.Combine(_folder, "feed");
        string[] needed = ["Core", "Imaging", "Drawing", "Backbone", "Runtime", "Ocr"];
        foreach (var project in needed.Select(n => $"src/{n}/{n}.csproj").Append("models/Models.csproj"))
        {
            Dotnet(RepositoryPaths.Root, "pack", project, "-c", "Release", "--no-build", "-o", feed, "-v", "quiet", "-nologo");
        }

        Assert.Equal(needed.Length + 1, Directory.GetFiles(feed, "*.nupkg").Length);
        Assert.Equal(needed.Length, Directory.GetFiles(feed, "*.snupkg").Length);

        var app = Directory.CreateDirectory(Path.Combine(_folder, "app")).FullName;
        File.WriteAllText(Path.Combine(app, "app.csproj"), Project(feed));
        File.WriteAllText(Path.Combine(app, "Program.cs"), Program);
        Dotnet(app, "build", "-c", "Release", "-v", "quiet", "-nologo");
        var printed = Dotnet(app, "bin/Release/net10.0/app.dll", Path.Combine(RepositoryPaths.Samples, "page.png"));
        Assert.Contains("segmentation", printed, StringComparison.OrdinalIgnoreCase);
    }

    // Packages of this build go to a folder of the test, so that the user's cache never keeps an old build under the same
    // version.
    private string Project(string feed) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
            <RestorePackagesPath>{Path.Combine(_folder, "packages")}</RestorePackagesPath>
            <RestoreFallbackFolders>{GlobalPackages()}</RestoreFallbackFolders>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="PPLCNet.Vision.Ocr" Version="0.1.0" />
            <PackageReference Include="PPLCNet.Vision.Models" Version="0.1.0" />
            <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
            <PackageReference Include="OpenCvSharp4.official.runtime.linux-x64" Version="4.13.0.20260627" />
          </ItemGroup>
        </Project>
        """;

    private string GlobalPackages() =>
        Dotnet(_folder, "nuget", "locals", "global-packages", "--list").Split("global-packages:")[^1].Trim();

    private static string Dotnet(string folder, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments.ToArray())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {start.ArgumentList.FirstOrDefault()}: exit code {process.ExitCode}\n{output}\n{error.Result}");
        return output;
    }
}
