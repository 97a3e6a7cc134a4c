using System.Text;
using PPLCNet.Vision.Reports;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>Pages of <c>--report</c>, which never replace somebody's page or images.</summary>
internal static class ReportFolder
{
    private const string Page = "index.html", Images = "images";

    /// <summary>Starts a page in a folder.</summary>
    /// <exception cref="CliException">The folder has a page or images of another origin.</exception>
    public static HtmlPage Open(string title, string folder)
    {
        var page = Path.Combine(folder, Page);
        OutputFile.Check(page, "--report", IsOurs, "a report of an earlier run");
        var images = Path.Combine(folder, Images);
        if (!File.Exists(page) && Directory.Exists(images) && Directory.EnumerateFileSystemEntries(images).Any())
        {
            throw CliException.Usage(
                $"--report '{folder}': expected a folder of its own, found one with '{images}'; files in it could be overwritten.");
        }

        return new HtmlPage(title, folder);
    }

    private static bool IsOurs(ReadOnlyMemory<byte> head) =>
        Encoding.UTF8.GetString(head.Span).Contains(HtmlPage.Generator, StringComparison.Ordinal);
}
