using System.CommandLine;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server;

/// <summary>The program that <c>pplcnet serve</c> starts.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        RuntimeTelemetry.TurnOff();
        var root = new RootCommand("Serves text, objects, segmentation and image search over HTTP. Started by `pplcnet serve`.");
        var flags = new ServeFlags(root);
        root.SetAction((parse, _) => ServerRun.RunAsync(parse, flags));
        var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors)
            {
                Console.Error.WriteLine($"pplcnet serve: {error.Message}");
            }

            Console.Error.WriteLine("Try `pplcnet serve --help`.");
            return ServerRun.Usage;
        }

        // The host handles signals; the parser's own handling would end the process two seconds after the first.
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parse.InvokeAsync(invocation).ConfigureAwait(false);
    }
}
