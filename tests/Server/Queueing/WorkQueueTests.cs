using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Queueing;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Tests.Server.Queueing;

public sealed class WorkQueueTests
{
    [Theory]
    [InlineData("places", 3, 1.0, 1)]
    [InlineData("megapixels", 100, 40.0, 2)]
    public async Task What_finds_no_place_is_refused_with_a_time_to_come_back(string bound, int places, double megapixels, int images)
    {
        var options = new PplcnetServerOptions { Workers = 1, MaxWaiting = places, MaxWaitingMegapixels = 100, MaxWait = TimeSpan.FromMinutes(1) };
        using var queue = new WorkQueue(options);
        using var gate = new ManualResetEventSlim();
        var busy = await OccupyAsync(queue, gate);
        double[] weights = [.. Enumerable.Repeat(megapixels, images)];
        var admitted = 0;
        RequestException? refused = null;
        while (refused is null && admitted < 50)
        {
            refused = Record.Exception(() => queue.Reserve(weights)) as RequestException;
            admitted += refused is null ? images : 0;
        }

        Assert.True(refused is not null, $"{bound}: {admitted} images were let in");
        Assert.Equal(429, refused.Status);
        Assert.InRange(refused.RetryAfter!.Value, 1, 30);
        Assert.Equal(bound == "places" ? places : 2, admitted);
        gate.Set();
        await busy;
    }

    [Fact]
    public async Task A_batch_larger_than_the_queue_is_let_into_an_empty_one()
    {
        using var queue = new WorkQueue(new PplcnetServerOptions { Workers = 2, MaxWaiting = 1 });
        double[] weights = [.. Enumerable.Repeat(1.0, 20)];
        queue.Reserve(weights);
        var answers = await Task.WhenAll(weights.Select((w, i) => queue.RunAsync(w, (_, _) => i, TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 20), answers);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Who_waits_too_long_is_refused_and_leaves_its_place()
    {
        using var queue = new WorkQueue(new PplcnetServerOptions { Workers = 1, MaxWait = TimeSpan.FromMilliseconds(20) });
        using var gate = new ManualResetEventSlim();
        var busy = await OccupyAsync(queue, gate);
        queue.Reserve([1]);
        var ran = false;
        var refused = await Assert.ThrowsAsync<RequestException>(() => queue.RunAsync(1, (_, _) => ran = true, TestContext.Current.CancellationToken));
        Assert.Equal(429, refused.Status);
        Assert.Equal(0, queue.Waiting);
        gate.Set();
        await busy;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CancelledAsync(queue));
        Assert.False(ran);
    }

    [Fact]
    public async Task A_fault_of_the_work_is_the_fault_of_its_request_alone()
    {
        using var queue = new WorkQueue(new PplcnetServerOptions { Workers = 1 });
        queue.Reserve([1, 1]);
        await Assert.ThrowsAsync<FormatException>(() => queue.RunAsync<int>(1, (_, _) => throw new FormatException(), TestContext.Current.CancellationToken));
        Assert.Equal(7, await queue.RunAsync(1, (_, _) => 7, TestContext.Current.CancellationToken));
    }

    private static async Task<bool> CancelledAsync(WorkQueue queue)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        queue.Reserve([1]);
        return await queue.RunAsync(1, (_, _) => true, cancelled.Token);
    }

    /// <summary>Keeps the only worker busy; returns once it is.</summary>
    private static async Task<Task> OccupyAsync(WorkQueue queue, ManualResetEventSlim gate)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Reserve([1]);
        var busy = queue.RunAsync(
            1,
            (_, _) =>
            {
                begun.SetResult();
                gate.Wait(CancellationToken.None);
                return true;
            },
            CancellationToken.None);
        await begun.Task;
        return busy;
    }
}
