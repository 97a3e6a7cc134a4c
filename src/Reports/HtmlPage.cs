using System.Net;
using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Reports;

/// <summary>
/// A plain page with tables and images, for reports that people look at. One file and its images, no scripts, no network. Not
/// thread-safe.
/// </summary>
public sealed class HtmlPage
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
        h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d0d7de}
        table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;border-bottom:1px solid #eaeef2}
        td:not(:first-child){font-variant-numeric:tabular-nums}
        figure{display:inline-block;margin:0 1rem 1rem 0;vertical-align:top}figure img{max-width:32rem;max-height:26rem;border:1px solid #d0d7de}
        figcaption{font-size:.85rem;color:#57606a;max-width:32rem}pre{background:#f6f8fa;padding:.6rem;overflow-x:auto}
        """;

    /// <summary>What the head of every page says of its origin.</summary>
    internal const string Generator = "<meta name=\"generator\" content=\"PPLCNet.Vision\">";

    private readonly StringBuilder _body = new();
    private readonly string _title;

    private readonly List<string> _omissions = [];

    /// <summary>Starts a page inside a folder.</summary>
    /// <param name="title">Title of the page.</param>
    /// <param name="folder">The folder, which is created where it does not exist.</param>
    public HtmlPage(string title, string folder)
    {
        Directory.CreateDirectory(folder);
        _title = title;
        Folder = folder;
    }

    /// <summary>Raised with each text of <see cref="Missing"/>.</summary>
    public event Action<string>? Omitted;

    /// <summary>What is left out of the page, and why.</summary>
    public IReadOnlyList<string> Omissions => _omissions;

    /// <summary>Where the page and its images go.</summary>
    public string Folder { get; }

    /// <summary>Whether everything is on the page that was meant to be.</summary>
    public bool IsWhole => _omissions.Count == 0;

    /// <summary>Says on the page that something is left out.</summary>
    public void Missing(string text)
    {
        _omissions.Add(text);
        Omitted?.Invoke(text);
        Paragraph(text);
    }

    /// <summary>Adds a heading.</summary>
    public void Heading(string text) => _body.Append("<h2>").Append(Escape(text)).AppendLine("</h2>");

    /// <summary>Adds a paragraph of plain text.</summary>
    public void Paragraph(string text) => _body.Append("<p>").Append(Escape(text)).AppendLine("</p>");

    /// <summary>Adds text in fixed width, line by line.</summary>
    public void Code(string text) => _body.Append("<pre>").Append(Escape(text)).AppendLine("</pre>");

    /// <summary>Adds a table under a heading.</summary>
    public void Table(string heading, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        Heading(heading);
        _body.Append("<table><tr>");
        foreach (var column in columns)
        {
            _body.Append("<th>").Append(Escape(column)).Append("</th>");
        }

        _body.AppendLine("</tr>");
        foreach (var row in rows)
        {
            _body.Append("<tr>");
            foreach (var cell in row)
            {
                _body.Append("<td>").Append(Escape(cell)).Append("</td>");
            }

            _body.AppendLine("</tr>");
        }

        _body.AppendLine("</table>");
    }

    /// <summary>Writes an image beside the page and shows it.</summary>
    /// <param name="fileName">Its file name; a folder in it is made.</param>
    /// <param name="pixels">The image.</param>
    /// <param name="caption">Text below it.</param>
    public void Image(string fileName, PixelView pixels, string caption)
    {
        var path = Path.Combine(Folder, fileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.Write(path, pixels);
        Image(fileName, caption);
    }

    /// <summary>Writes an encoded image beside the page and shows it.</summary>
    internal void Image(string fileName, byte[] encoded, string caption)
    {
        AtomicFile.WriteAllBytes(Path.Combine(Folder, fileName), encoded);
        Image(fileName, caption);
    }

    /// <summary>Shows an image that lies beside the page already.</summary>
    public void Image(string fileName, string caption) => _body
        .Append("<figure><img src=\"").Append(Escape(Address(fileName))).Append("\" alt=\"\"><figcaption>")
        .Append(Escape(caption)).AppendLine("</figcaption></figure>");

    /// <summary>Writes the page; it appears whole or not at all.</summary>
    public void Save(string fileName) => AtomicFile.WriteAllBytes(Path.Combine(Folder, fileName), Encoding.UTF8.GetBytes($"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">{Generator}<meta name="viewport" content="width=device-width">
        <title>{Escape(_title)}</title><style>{Style}</style></head>
        <body><h1>{Escape(_title)}</h1>
        {_body}</body></html>

        """));

    /// <summary>A relative path as an address: <c>#</c>, <c>?</c> and <c>%</c> in a name mean themselves.</summary>
    private static string Address(string fileName) =>
        string.Join('/', fileName.Replace(Path.DirectorySeparatorChar, '/').Split('/').Select(Uri.EscapeDataString));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
