using PPLCNet.Vision.Cli.Commands.Doctor;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet doctor</c>: what this machine has, what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("doctor", "Check this machine, and say what fixes whatever fails.");
        var json = command.Switch("--json", "JSON lines, one object a check.");
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
                JsonLine.WriteOut(("check", check.Name), ("ok", check.Passed), ("found", check.Found), ("fix", check.Fix));
                continue;
            }

            Terminal.Row(table, check.IsAbsent ? "-" : check.Passed ? "ok" : "FAIL", check.Name, check.Found);
            if (!check.Passed && check.Fix is not null)
            {
                Terminal.Row(table, "", "", $"fix: {check.Fix}");
            }
        }

        if (!asJson)
        {
            Terminal.Out.Write(table);
        }

        return failed > 0 ? ExitCode.Environment : ExitCode.Ok;
    }
}
