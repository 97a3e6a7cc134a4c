namespace PPLCNet.Vision.Cli.Evaluation;

/// <summary>What every evaluation is given: its shard, and a loop over items with workers, progress and Ctrl-C.</summary>
/// <param name="Name">Name of the kind, for the progress line.</param>
/// <param name="Shard">The part of the items to evaluate.</param>
internal sealed record EvalRun(string Name, Shard Shard)
{
    /// <summary>Works on the shard's items at once and takes the results in their order.</summary>
    /// <param name="items">All items, in a deterministic order; the shard picks from it.</param>
    /// <param name="workers">Items processed in parallel.</param>
    /// <param name="work">Called on several threads.</param>
    /// <param name="accept">Called on one thread, in order.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public void ForEach<TIn, TOut>(IReadOnlyList<TIn> items, int workers, Func<TIn, CancellationToken, TOut> work, Action<TOut> accept)
    {
        var mine = items.Where((_, position) => Shard.Takes(position)).ToList();
        using var progress = new ProgressLine($"eval {Name}", mine.Count);
        WorkerThreads.Reserve(workers);
        var results = OrderedPipeline.RunAsync(mine, workers, (item, _) => work(item, Interrupt.Abort), Interrupt.Stop);
        foreach (var result in results.ToBlockingEnumerable())
        {
            accept(result);
            progress.Step();
        }

        Interrupt.Stop.ThrowIfCancellationRequested();
    }
}
