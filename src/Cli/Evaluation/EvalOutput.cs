using System.CommandLine;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>--json</c> and <c>--report</c> of every evaluation.</summary>
internal sealed class EvalOutput
{
    private readonly Option<bool> _json = new("--json") { Description = "One flat JSON object in full double precision." };
    private readonly Option<string?> _report = new("--report") { Description = "Write report.json and index.html into this folder.", HelpName = "DIR" };

    /// <summary>Adds the flags.</summary>
    public EvalOutput(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_report);
    }

    /// <summary>Prints the figures and writes the report.</summary>
    public void Write(ParseResult parse, EvalKind kind, EvalOutcome outcome)
    {
        foreach (var note in outcome.Notes)
        {
            Terminal.Warn(note);
        }

        if (parse.GetValue(_report) is { } folder)
        {
            WriteReport(folder, kind, outcome);
        }

        if (parse.GetValue(_json))
        {
            JsonLine.WriteOut(outcome.Summary.WriteJson);
            return;
        }

        var table = Terminal.Table(kind.Name, "");
        table.Columns[1].RightAligned();
        foreach (var row in outcome.Summary.Rows())
        {
            table.AddRow(row.Select(Markup.Escape).ToArray());
        }

        Terminal.Out.Write(table);
    }

    private static void WriteReport(string folder, EvalKind kind, EvalOutcome outcome)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "report.json"), JsonLine.Build(outcome.Summary.WriteJson));
        var page = new HtmlPage($"pplcnet eval {kind.Name}", folder);
        page.Paragraph(kind.Description);
        foreach (var note in outcome.Notes)
        {
            page.Paragraph(note);
        }

        page.Table("Figures", ["name", "value"], outcome.Summary.Rows());
        outcome.WriteReport?.Invoke(page);
        page.Save("index.html");
    }
}
