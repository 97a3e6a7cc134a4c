using System.Globalization;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>The header Server-Timing, which browsers show in their tools.</summary>
internal static class ServerTiming
{
    /// <summary>Writes where the time of a request went, in milliseconds.</summary>
    public static void Write(HttpContext context, RequestTrace trace)
    {
        var s = trace.Stages;
        context.Response.Headers["Server-Timing"] = string.Create(
            CultureInfo.InvariantCulture,
            $"queue;dur={trace.Queue:0.0}, decode;dur={s.Decode:0.0}, preprocess;dur={s.Preprocess:0.0}, run;dur={s.Run:0.0}, postprocess;dur={s.Postprocess:0.0}, total;dur={trace.Elapsed.TotalMilliseconds:0.0}");
    }
}
