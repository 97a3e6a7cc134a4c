using PPLCNet.Vision.Files;
using PPLCNet.Vision.Reports;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary><c>--json</c> and <c>--report</c> of every evaluation.</summary>
internal sealed class EvalOutput(Command command)
{
    private readonly Option<bool> _json = command.Switch("--json", "One flat JSON object in full double precision.");
    private readonly Option<string?> _report =
        command.Text("--report", "Write report.json and index.html into this folder.", "DIR");

    /// <summary>Prints the figures and then writes the report, so that nothing that goes wrong there loses them.</summary>
    /// <returns>The exit code.</returns>
    public int Write(ParseResult parse, EvalKind kind, EvalOutcome outcome)
    {
        Terminal.Warn(outcome.Notes);
        if (parse.GetValue(_json))
        {
            JsonLine.WriteOut(outcome.Summary.WriteJson);
        }
        else
        {
            var table = Terminal.Table(kind.Name, "");
            table.Columns[1].RightAligned();
            foreach (var row in outcome.Summary.Rows())
            {
                Terminal.Row(table, row);
            }

            Terminal.Out.Write(table);
        }

        var isWhole = parse.GetValue(_report) is not { } folder || WriteReport(folder, kind, outcome);
        return isWhole || outcome.ExitCode != ExitCode.Ok ? outcome.ExitCode : ExitCode.InputsFailed;
    }

    private static bool WriteReport(string folder, EvalKind kind, EvalOutcome outcome)
    {
        var page = ReportFolder.Open($"pplcnet eval {kind.Name}", folder);
        page.Omitted += text => Terminal.Warn($"report: {text}");
        AtomicFile.WriteAllBytes(Path.Combine(folder, "report.json"), JsonLine.Build(outcome.Summary.WriteJson));
        page.Paragraph(kind.Description);
        foreach (var note in outcome.Notes)
        {
            page.Paragraph(note);
        }

        page.Table("Figures", ["name", "value"], outcome.Summary.Rows());
        try
        {
            outcome.WriteReport?.Invoke(page);
        }
        catch (Exception e) when (!Failure.IsFatal(e))
        {
            Terminal.Warn($"the report in '{folder}' is not whole: {Failure.Message(e)}");
            page.Paragraph($"This page is not whole: {Failure.Message(e)}");
        }

        page.Save("index.html");
        return page.IsWhole;
    }
}
