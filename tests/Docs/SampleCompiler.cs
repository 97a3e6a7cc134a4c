using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PPLCNet.Vision.Tests.Docs;

/// <summary>Compiles code samples as programs of an application that references every package of the suite.</summary>
internal static class SampleCompiler
{
    // What a project with ImplicitUsings sees, and nothing of the suite: a sample states its own namespaces.
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions _parse = new(LanguageVersion.Latest);

    private static readonly IReadOnlyList<MetadataReference> _references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Compiles a sample; fails with the compiler's errors and where the sample is.</summary>
    public static Assembly Compile(CodeSample sample)
    {
        var compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, _parse), CSharpSyntaxTree.ParseText(sample.Code, _parse)],
            _references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        var errors = emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(Tell);
        Assert.True(emitted.Success, $"{sample} does not compile:\n{string.Join('\n', errors)}");
        return Assembly.Load(image.ToArray());

        string Tell(Diagnostic error) =>
            $"{sample.Page}:{sample.Line + 1 + error.Location.GetLineSpan().StartLinePosition.Line}: {error.GetMessage(null)}";
    }

    /// <summary>Runs a compiled program and returns what it printed.</summary>
    /// <param name="program">The program; an asynchronous one is awaited.</param>
    /// <param name="folder">The current folder while it runs.</param>
    public static string Run(Assembly program, string folder)
    {
        var (current, console) = (Environment.CurrentDirectory, Console.Out);
        using var output = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(output);
            var entry = program.EntryPoint!;
            entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            throw new InvalidOperationException($"The sample failed after printing:\n{output}", inner);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = current;
        }

        return output.ToString();
    }
}
