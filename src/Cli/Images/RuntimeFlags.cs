using Microsoft.ML.OnnxRuntime;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>The flags that say how a model runs: <c>--model --workers --threads --provider</c>.</summary>
internal sealed class RuntimeFlags
{
    // Beyond a few threads a core nothing gets faster; tens of thousands fill the memory and hang.
    private static readonly int Most = Math.Max(256, 4 * Environment.ProcessorCount);

    private readonly Option<string?> _model;
    private readonly Option<int?> _workers;
    private readonly Option<int?> _threads;
    private readonly Option<string?> _provider;

    /// <summary>Adds the flags to a command; without a default model, <c>--model</c> may stay empty.</summary>
    public RuntimeFlags(Command command, string? defaultModel)
    {
        _model = command.Text("--model", "Name of a model (see `pplcnet models list`) or path of its file.", "NAME|PATH");
        if (defaultModel is not null)
        {
            _model.Default(defaultModel);
        }

        _workers = Workers(command);
        _threads = Positive(command, "--threads", "Threads inside one run; the default is 1, or every core for a single image.");
        _provider = command.Text("--provider", "Execution provider of ONNX Runtime: cpu, cuda, ...", "NAME").Default("cpu");
    }

    /// <summary>The model's name or path; empty where none was given and there is no default.</summary>
    public string Model(ParseResult parse) => parse.GetValue(_model) ?? "";

    /// <summary>Items processed in parallel.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="single">Whether there is one item only.</param>
    /// <param name="bytesAWorker">
    /// Most memory that one item in work takes: the default is no more workers than fit; 0 where it is small.
    /// </param>
    public int Workers(ParseResult parse, bool single = false, long bytesAWorker = 0) =>
        parse.GetValue(_workers) ?? (single || parse.GetValue(_threads) > 1 ? 1 : WorkerThreads.Default(bytesAWorker));

    /// <summary>How the model runs.</summary>
    /// <exception cref="CliException">This build of ONNX Runtime has no such provider.</exception>
    public RuntimeOptions Runtime(ParseResult parse, bool single = false)
    {
        var provider = parse.GetValue(_provider)!;
        if (!provider.Equals("cpu", StringComparison.OrdinalIgnoreCase))
        {
            CheckProvider(provider);
        }

        return new RuntimeOptions
        {
            Threads = parse.GetValue(_threads) ?? (single && parse.GetValue(_workers) is null ? Environment.ProcessorCount : 1),
            Provider = provider,
        };
    }

    /// <summary>The flag <c>--workers</c>, for commands that run no model.</summary>
    public static Option<int?> Workers(Command command) => Positive(
        command, "--workers", "Images processed in parallel; the default is one for each core, as far as memory allows.");

    private static void CheckProvider(string provider)
    {
        var present = OrtEnv.Instance().GetAvailableProviders()
            .Select(p => p.Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant())
            .ToList();
        if (!present.Contains(provider.ToLowerInvariant()))
        {
            throw CliException.Environment($"This build of ONNX Runtime has no provider '{provider}'; it has {string.Join(", ", present)}.");
        }
    }

    private static Option<int?> Positive(Command command, string name, string description)
    {
        var option = command.Flag<int?>(name, description, "N");
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } value && (value < 1 || value > Most))
            {
                result.AddError($"{name} must lie between 1 and {Most}; found {value}.");
            }
        });
        return option;
    }
}
