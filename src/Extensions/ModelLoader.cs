using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Extensions;

/// <summary>Loads models and logs how long it took, or why it failed and what mends it. Thread-safe.</summary>
internal sealed partial class ModelLoader(IOptions<PplcnetOptions> options, ILoggerFactory? loggers = null)
{
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("PPLCNet.Vision");

    /// <summary>Loads one predictor.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="ModelFormatException">The model does not fit.</exception>
    public T Load<T>(string label, string model, Func<ModelOptions, T> load)
    {
        var shared = options.Value;
        var start = Stopwatch.GetTimestamp();
        try
        {
            var predictor = load(shared.Load);
            var took = Stopwatch.GetElapsedTime(start);
            if (took > shared.SlowLoad)
            {
                LoadedSlowly(label, model, took.TotalMilliseconds, shared.SlowLoad.TotalMilliseconds);
            }
            else
            {
                Loaded(label, model, took.TotalMilliseconds);
            }

            return predictor;
        }
        catch (ModelNotFoundException e)
        {
            NotFound(label, model, e.Message);
            throw;
        }
        catch (Exception e)
        {
            Failed(e, label, model);
            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Loaded the {Predictor} with the model '{Model}' in {Milliseconds:0} ms.")]
    private partial void Loaded(string predictor, string model, double milliseconds);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Loading the {Predictor} with the model '{Model}' took {Milliseconds:0} ms, above {Limit:0} ms; resolve it at startup.")]
    private partial void LoadedSlowly(string predictor, string model, double milliseconds, double limit);

    [LoggerMessage(3, LogLevel.Error, "The model '{Model}' of the {Predictor} was not found. {Remedy}")]
    private partial void NotFound(string predictor, string model, string remedy);

    [LoggerMessage(4, LogLevel.Error, "The {Predictor} with the model '{Model}' could not be loaded.")]
    private partial void Failed(Exception exception, string predictor, string model);
}
