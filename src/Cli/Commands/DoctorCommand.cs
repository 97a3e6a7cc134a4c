using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Doctor;
using Spectre.Console;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet doctor</c>: what this machine has, what is missing, and how to get it.</summary>
internal sealed class DoctorCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Create()
    {
        var command = new Command("doctor", "Check this machine, and say what fixes whatever fails.");
        var json = new Option<bool>("--json") { Description = "JSON lines, one object a check." };
        command.Options.Add(json);
        command.SetAction(parse => Run(parse.GetValue(json)));
        return command;
    }

    private static int Run(bool asJson)
    {
        var failed = 0;
        var table = Terminal.Table("", "check", "found");
        foreach (var check in Checks.All())
        {
            failed += check.Passed ? 0 : 1;
            if (asJson)
            {
                JsonLine.WriteOut(json =>
                {
                    json.WriteString("check", check.Name);
                    json.WriteBoolean("ok", check.Passed);
                    json.WriteString("found", check.Found);
                    json.WriteString("fix", check.Fix);
                });
                continue;
            }

            table.AddRow(new Text(check.IsAbsent ? "-" : check.Passed ? "ok" : "FAIL"), new Text(check.Name), new Text(check.Found));
            if (!check.Passed && check.Fix is not null)
            {
                table.AddRow(new Text(""), new Text(""), new Text($"fix: {check.Fix}"));
            }
        }

        if (!asJson)
        {
            Terminal.Out.Write(table);
        }

        return failed > 0 ? ExitCode.Environment : ExitCode.Ok;
    }
}
