using Microsoft.Extensions.DependencyInjection;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Models;
using PPLCNet.Vision.Server.Telemetry;

namespace PPLCNet.Vision.Tests.Server.Models;

public sealed class ModelPoolTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Twenty_who_ask_at_once_load_once()
    {
        using var pool = Pool(8);
        using var gate = new ManualResetEventSlim();
        var loads = 0;
        var asked = Enumerable.Range(0, 20).Select(_ => Task.Run(() => pool.LeaseAsync(new ModelKey("t", "a"), Load, false, Stop), Stop)).ToArray();
        gate.Set();
        var leases = await Task.WhenAll(asked);
        Assert.Equal(1, loads);
        Assert.All(leases, l => Assert.Same(leases[0].Model, l.Model));

        Fake Load()
        {
            gate.Wait();
            Interlocked.Increment(ref loads);
            return new Fake();
        }
    }

    [Fact]
    public async Task The_least_recently_used_goes_and_never_one_that_is_used_or_kept()
    {
        using var pool = Pool(2);
        var kept = await LeaseAsync(pool, "kept", pin: true);
        var busy = await LeaseAsync(pool, "busy");
        var old = await LeaseAsync(pool, "old");
        kept.Dispose();
        old.Dispose();
        Assert.True(old.Model.IsDisposed);
        Assert.False(kept.Model.IsDisposed);
        Assert.False(busy.Model.IsDisposed);
        busy.Dispose();
        Assert.False(busy.Model.IsDisposed);
    }

    [Fact]
    public async Task A_load_that_fails_is_tried_again_by_the_next()
    {
        using var pool = Pool(2);
        await Assert.ThrowsAsync<FormatException>(() => pool.LeaseAsync<Fake>(new ModelKey("t", "a"), () => throw new FormatException(), false, Stop));
        using var lease = await LeaseAsync(pool, "a");
        Assert.False(lease.Model.IsDisposed);
    }

    [Fact]
    public async Task A_reload_swaps_and_frees_the_old_one_with_its_last_user()
    {
        using var pool = Pool(2);
        var old = await LeaseAsync(pool, "a");
        Assert.Equal(1, await pool.ReloadAsync("a"));
        using var fresh = await LeaseAsync(pool, "a");
        Assert.NotSame(old.Model, fresh.Model);
        Assert.False(old.Model.IsDisposed);
        old.Dispose();
        Assert.True(old.Model.IsDisposed);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_end_the_loading()
    {
        using var pool = Pool(2);
        using var gate = new ManualResetEventSlim();
        using var impatient = new CancellationTokenSource();
        var first = pool.LeaseAsync(new ModelKey("t", "a"), Load, false, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Set();
        using var lease = await pool.LeaseAsync<Fake>(new ModelKey("t", "a"), () => throw new InvalidOperationException("loaded twice"), false, Stop);
        Assert.False(lease.Model.IsDisposed);

        Fake Load()
        {
            gate.Wait();
            return new Fake();
        }
    }

    private static Task<ModelLease<Fake>> LeaseAsync(ModelPool pool, string name, bool pin = false) =>
        pool.LeaseAsync(new ModelKey("t", name), () => new Fake(), pin, Stop);

    private ModelPool Pool(int most) => new(new PplcnetServerOptions { MaxModels = most }, _services.GetRequiredService<ServerMetrics>());

    private sealed class Fake : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
