using System.Diagnostics;
using System.Diagnostics.Metrics;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Telemetry;

/// <summary>What the server counts, beside what the library does; see docs/serving.md for the names.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "PPLCNet.Vision.Server";

    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _loads;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _images;

    /// <summary>Makes the instruments.</summary>
    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _requests = _meter.CreateHistogram("pplcnet.request.duration", "s", "Duration of a request of a task.", advice: _seconds);
        _queue = _meter.CreateHistogram("pplcnet.queue.duration", "s", "How long images waited for a worker.", advice: _seconds);
        _loads = _meter.CreateHistogram("pplcnet.model.load.duration", "s", "Duration of loading and warming up a model.", advice: _seconds);
        _rejected = _meter.CreateCounter<long>("pplcnet.rejected", "{request}", "Requests that were rejected.");
        _images = _meter.CreateCounter<long>("pplcnet.request.images", "{image}", "Images of requests that were answered.");
    }

    /// <summary>Shows values that are asked for when metrics are read.</summary>
    public void Observe(Func<int> waiting, Func<int> loaded, Func<IEnumerable<Measurement<long>>> galleries)
    {
        _meter.CreateObservableGauge("pplcnet.queue.length", waiting, "{image}", "Images that wait for a worker.");
        _meter.CreateObservableGauge("pplcnet.model.loaded", loaded, "{model}", "Models that are loaded.");
        _meter.CreateObservableGauge("pplcnet.gallery.items", galleries, "{item}", "Items of the galleries that are open.");
    }

    /// <summary>An image came to its worker.</summary>
    public void Queued(TimeSpan waited) => _queue.Record(waited.TotalSeconds);

    /// <summary>A model is ready.</summary>
    public void ModelLoaded(ModelKey key, TimeSpan took) =>
        _loads.Record(took.TotalSeconds, new TagList { { "pplcnet.task", key.Task }, { "pplcnet.model", key.Name } });

    /// <summary>A request is answered.</summary>
    public void Answered(RequestTrace trace, int status)
    {
        if (trace.Rejection.Length > 0)
        {
            _rejected.Add(1, new KeyValuePair<string, object?>("reason", trace.Rejection));
        }

        if (trace.Task.Length == 0)
        {
            return;
        }

        var outcome = status < 400 ? "ok" : trace.Code.Length > 0 ? trace.Code : "error";
        _requests.Record(
            trace.Elapsed.TotalSeconds,
            new TagList { { "pplcnet.task", trace.Task }, { "pplcnet.model", trace.Model }, { "pplcnet.outcome", outcome } });
        _images.Add(trace.Images, new KeyValuePair<string, object?>("pplcnet.task", trace.Task));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
