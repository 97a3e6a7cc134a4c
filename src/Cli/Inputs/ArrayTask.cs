using System.Globalization;

namespace PPLCNet.Vision.Cli.Inputs;

/// <summary>
/// Variables by which an engine tells a task of an array its number. Kubernetes tells no count; Slurm's numbers start and step
/// as its user says.
/// </summary>
/// <param name="Engine">Its name, for messages.</param>
/// <param name="Index">The variable with the task's number.</param>
/// <param name="Count">The variable with the number of tasks.</param>
/// <param name="First">The variable with the lowest number; without it, it is 0.</param>
/// <param name="Last">The variable with the highest number.</param>
/// <param name="Step">The variable with the distance between numbers.</param>
internal sealed record ArrayTask(
    string Engine, string Index, string? Count = null, string? First = null, string? Last = null, string? Step = null)
{
    private const string Slurm = "SLURM_ARRAY_TASK_";

    private static readonly ArrayTask[] _engines =
    [
        new("an indexed Job of Kubernetes", "JOB_COMPLETION_INDEX"),
        new("a job array of Slurm", Slurm + "ID", Slurm + "COUNT", Slurm + "MIN", Slurm + "MAX", Slurm + "STEP"),
        new("an array job of AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
        new("a task group of Google Batch", "BATCH_TASK_INDEX", "BATCH_TASK_COUNT"),
        new("a Cloud Run job", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT"),
    ];

    /// <summary>The shard of the task that this process runs in.</summary>
    /// <param name="count">How many shards there are; null where the engine tells.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <returns>The shard, and what is wrong, or null.</returns>
    public static (Shard Shard, string? Fault) Find(int? count, Func<string, string?> variable)
    {
        var found = _engines.Where(e => !string.IsNullOrEmpty(variable(e.Index))).ToList();
        var read = found.Select(e => e.Read(count, variable)).ToList();
        return read switch
        {
            [] => Fault(
                $"expected a variable of an array task, found none of {string.Join(", ", _engines.Select(e => e.Index))}."),
            [var only] => only,
            _ when read.FirstOrDefault(r => r.Fault is not null) is { Fault: not null } bad => bad,
            _ when read.Distinct().Count() > 1 => Fault("expected the variables of one array task, found "
                + $"{string.Join(" and ", found.Zip(read, (e, r) => $"{e.Index} (shard {r.Shard})"))}."),
            _ => read[0],
        };
    }

    private (Shard Shard, string? Fault) Read(int? wanted, Func<string, string?> variable)
    {
        int? Number(string name, int? otherwise = null) => variable(name) is { Length: > 0 } text
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null
            : otherwise;

        if (Number(Index) is not { } id)
        {
            return Fault($"expected a number in {Index}, found '{variable(Index)}'.");
        }

        if (Count is not null && Number(Count) is not > 0)
        {
            return Fault($"expected a number above 0 in {Count} beside {Index}, found '{variable(Count)}'.");
        }

        if ((Count is null ? wanted : Number(Count)) is not { } count)
        {
            return Fault($"{Index} of {Engine} comes without a count; write --shard auto/n.");
        }

        if (wanted is { } n && n != count)
        {
            return Fault(
                $"expected {n} tasks, found {count} in {Count}; run a single task of an array again with --shard i/{n}.");
        }

        if ((First is null ? 0 : Number(First)) is not { } first
            || (Step is null ? 1 : Number(Step, 1)) is not ({ } step and > 0))
        {
            return Fault($"expected numbers in {First} and {Step}, found '{variable(First!)}' and '{variable(Step!)}'.");
        }

        // A list such as 1,3,7 leaves gaps in which shards would be lost.
        var last = Last is null ? id : Number(Last, id);
        var isRange = Last is null || string.IsNullOrEmpty(variable(Last)) || last == first + ((count - 1L) * step);
        var index = (id - first) / step;
        return isRange && (id - first) % step == 0 && index >= 0 && index < count
            ? (new Shard(index, count), null)
            : Fault($"expected a task of {count} in a row, found {Index}={id}"
                + (First is null ? "." : $", {First}={first}, {Last}={variable(Last!)}, {Step}={step}."));
    }

    private static (Shard Shard, string? Fault) Fault(string message) => (Shard.Whole, $"--shard auto: {message}");
}
