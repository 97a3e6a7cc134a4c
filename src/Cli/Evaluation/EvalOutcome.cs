using System.Text.Json;
using PPLCNet.Vision.Evaluation;
using PPLCNet.Vision.Reports;

namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Summary">The figures.</param>
/// <param name="WriteState">Writes the fields of the state object for <c>--state</c>.</param>
internal sealed record EvalOutcome(EvaluationSummary Summary, Action<Utf8JsonWriter> WriteState)
{
    /// <summary>
    /// What the process tells its caller, for example that some inputs failed while the figures are those of the rest.
    /// </summary>
    public int ExitCode { get; init; } = Hosting.ExitCode.Ok;

    /// <summary>
    /// What the reader of the figures must know, one sentence or two each; they go to standard error and into the report.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Adds tables and images to the page of <c>--report</c>; null where the figures are all. What it cannot read it tells with
    /// <see cref="HtmlPage.Missing"/> and leaves out.
    /// </summary>
    public Action<HtmlPage>? WriteReport { get; init; }
}
