namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet health [URL]</c>: whether a server is ready, for containers and scripts.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "Address of the server.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var command = new Command("health", "Tell whether a server is ready: exit code 0 when it is.");
        command.Arguments.Add(url);
        command.SetAction((parse, _) => CheckAsync(parse.GetValue(url)!));
        return command;
    }

    private static async Task<int> CheckAsync(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw CliException.Usage($"expected an address such as http://127.0.0.1:8080, found '{url}'.");
        }

        using var client = new HttpClient { Timeout = _timeout };
        try
        {
            using var answer = await client.GetAsync(new Uri(server, "/health/ready"), Interrupt.Abort).ConfigureAwait(false);
            Terminal.Line(answer.IsSuccessStatusCode ? "ready" : $"not ready ({(int)answer.StatusCode})");
            return answer.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.InputsFailed;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !Interrupt.Abort.IsCancellationRequested))
        {
            Terminal.Warn($"'{url}': no server answers ({e.Message}).");
            return ExitCode.InputsFailed;
        }
    }
}
