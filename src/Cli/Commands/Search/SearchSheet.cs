using PPLCNet.Vision.Reports;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Search;

/// <summary>A page of inputs, each with small images of what was found. Gallery images that are gone leave their names.</summary>
internal sealed class SearchSheet(string folder, ItemPaths paths)
{
    private readonly ContactSheet _sheet = new(ReportFolder.Open("pplcnet search", folder));

    /// <summary>Adds an input and its matches. A page is an extra: what cannot be shown is named instead.</summary>
    public void Add(string path, ShituResult result)
    {
        _sheet.Page.Heading(path);
        Image(path, "input");
        foreach (var found in result.Objects)
        {
            _sheet.Page.Paragraph($"{found.Label ?? ShituResultJson.Unknown} at ({found.Box.X0:0}, {found.Box.Y0:0}) - ({found.Box.X1:0}, {found.Box.Y1:0})");
            foreach (var match in found.Matches)
            {
                var caption = $"{match.Score:0.000} {match.Label} #{match.Id}";
                if (match.Metadata.TryGetValue(ItemPaths.Field, out var stored) && paths.FullPathOf(stored.ToString()) is var file && File.Exists(file))
                {
                    Image(file, caption);
                }
                else
                {
                    _sheet.Page.Paragraph(caption);
                }
            }
        }
    }

    /// <summary>Writes the page.</summary>
    public void Save() => _sheet.Page.Save("index.html");

    private void Image(string path, string caption)
    {
        if (_sheet.Add(path, caption) is { } error)
        {
            // The answers matter more than the page that shows them.
            Terminal.Warn($"the report shows no '{path}': {Failure.Message(error)}");
        }
    }
}
