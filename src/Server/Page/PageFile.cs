using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace PPLCNet.Vision.Server.Page;

/// <summary>A file of the page, read from the assembly once.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its contents.</param>
/// <param name="Tag">Its entity tag.</param>
internal sealed record PageFile(string ContentType, byte[] Bytes, EntityTagHeaderValue Tag)
{
    private const string Prefix = "page/";

    /// <summary>Every file by its name.</summary>
    public static IReadOnlyDictionary<string, PageFile> All { get; } = Read();

    private static Dictionary<string, PageFile> Read()
    {
        var assembly = typeof(PageFile).Assembly;
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
            files[resource[Prefix.Length..]] = new PageFile(Type(resource), bytes, tag);
        }

        return files;
    }

    private static string Type(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" => "image/jpeg",
        var other => throw new InvalidOperationException($"The page has a file of the unknown type '{other}'."),
    };
}
