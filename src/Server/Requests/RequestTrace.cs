using System.Diagnostics;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>What is noted of a request, for its log line, its metrics and its headers. Never texts, file names or keys.</summary>
internal sealed class RequestTrace(string id)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The request's id.</summary>
    public string Id { get; } = id;

    /// <summary>The task; empty where it is none.</summary>
    public string Task { get; set; } = "";

    /// <summary>Name of the model; empty where there is none.</summary>
    public string Model { get; set; } = "";

    /// <summary>Bytes of the images.</summary>
    public long Bytes { get; set; }

    /// <summary>Size of the first image.</summary>
    public string Size { get; set; } = "";

    /// <summary>Images that were answered.</summary>
    public int Images { get; set; }

    /// <summary>Milliseconds in the queue; of several images the longest.</summary>
    public double Queue { get; set; }

    /// <summary>Where the time of the images went.</summary>
    public StageTimings Stages { get; set; }

    /// <summary>What kind of fault ended the request; empty for none.</summary>
    public string Code { get; set; } = "";

    /// <summary>Why a request was rejected, for metrics; empty where it was not.</summary>
    public string Rejection { get; set; } = "";

    /// <summary>How long the request has taken.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The trace of a request.</summary>
    public static RequestTrace Of(HttpContext context) => (RequestTrace)context.Items[typeof(RequestTrace)]!;
}
