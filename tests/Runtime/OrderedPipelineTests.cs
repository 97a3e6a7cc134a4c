#pragma warning disable xUnit1051 // The draining token is left out where nothing is drained.


using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime;

public class OrderedPipelineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task ResultsComeInOrderAndTheSupplyIsBounded(int workers)
    {
        var (taken, inWork, most) = (0, 0, 0);
        var next = 0;
        await foreach (var result in OrderedPipeline.RunAsync(
            Enumerable.Range(0, 200).Select(i => Interlocked.Increment(ref taken) - 1),
            workers,
            (i, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref inWork));
                Thread.SpinWait(i % 7 * 1000);
                Interlocked.Decrement(ref inWork);
                return i;
            },
            cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal(next++, result);
            Assert.InRange(Volatile.Read(ref taken) - next, -1, (workers * 5) + 3);
        }

        Assert.Equal(200, next);
        Assert.InRange(most, 1, workers);
    }

    [Fact]
    public async Task FirstErrorInOrderIsThrownAfterTheResultsBeforeIt()
    {
        var seen = 0;
        var e = await Assert.ThrowsAsync<DataFormatException>(async () =>
        {
            await foreach (var _ in OrderedPipeline.RunAsync(Enumerable.Range(0, 50), 4, (i, _) => i < 20 ? i : throw new DataFormatException($"{i}"), cancellationToken: TestContext.Current.CancellationToken))
            {
                seen++;
            }
        });
        Assert.Equal(("20", 20), (e.Message, seen));
    }

    [Fact]
    public async Task ErrorOfTheSupplyIsThrown() => await Assert.ThrowsAsync<DataFormatException>(async () =>
    {
        await foreach (var _ in OrderedPipeline.RunAsync(Enumerable.Range(0, 5).Select(i => i < 4 ? i : throw new DataFormatException("supply")), 2, (i, _) => i, cancellationToken: TestContext.Current.CancellationToken))
        {
        }
    });

    [Fact]
    public async Task DrainingHandsOnWhatIsInWorkAndCancellingThrows()
    {
        using var drain = new CancellationTokenSource();
        var seen = 0;
        await foreach (var _ in OrderedPipeline.RunAsync(Enumerable.Range(0, int.MaxValue), 2, (i, _) => i, drain.Token, TestContext.Current.CancellationToken))
        {
            if (++seen == 10)
            {
                await drain.CancelAsync();
            }
        }

        Assert.InRange(seen, 10, 30);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in OrderedPipeline.RunAsync(Enumerable.Range(0, int.MaxValue), 2, (i, _) => i, cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task LeavingTheLoopEarlyEndsTheSupply()
    {
        var taken = 0;
        await foreach (var _ in OrderedPipeline.RunAsync(Enumerable.Range(0, int.MaxValue).Select(i => Interlocked.Increment(ref taken)), 2, (i, _) => i, cancellationToken: TestContext.Current.CancellationToken))
        {
            break;
        }

        await Task.Delay(50, TestContext.Current.CancellationToken);
        var after = Volatile.Read(ref taken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(after, Volatile.Read(ref taken));
    }

    [Fact]
    public async Task NothingRunsWhenARunHasEnded()
    {
        for (var round = 0; round < 200; round++)
        {
            using var drain = new CancellationTokenSource();
            var (inWork, disposed) = (0, false);
            try
            {
                await foreach (var _ in OrderedPipeline.RunAsync(
                    Enumerable.Range(0, int.MaxValue),
                    4,
                    (i, _) =>
                    {
                        Interlocked.Increment(ref inWork);
                        Assert.False(Volatile.Read(ref disposed)); // here a model that is gone would end the process
                        Thread.SpinWait(2000);
                        Interlocked.Decrement(ref inWork);
                        return i;
                    },
                    drain.Token,
                    TestContext.Current.CancellationToken))
                {
                    if (round % 2 == 0)
                    {
                        throw new DataFormatException("the disk is full");
                    }

                    await drain.CancelAsync();
                }
            }
            catch (DataFormatException)
            {
                // as asked
            }

            Volatile.Write(ref disposed, true);
            Assert.Equal(0, Volatile.Read(ref inWork));
            await Task.Yield();
            Assert.Equal(0, Volatile.Read(ref inWork));
        }
    }

    [Fact]
    public async Task FolderOfImagesIsReadInOrderAndABadOneStopsNothing()
    {
        using var folder = new TemporaryFolder();
        ImageFile.Write(folder.File("a.png"), new PixelBuffer(4, 3));
        File.WriteAllText(folder.File("b.jpg"), "no image");
        ImageFile.Write(folder.File("c.png"), new PixelBuffer(5, 2));
        File.WriteAllText(folder.File("d.txt"), "not asked for");
        var answers = new List<FileAnswer<int>>();
        await foreach (var answer in ImagePipeline.RunAsync(ImagePipeline.Files(folder.Path), (image, _) => image.Width, cancellationToken: TestContext.Current.CancellationToken))
        {
            answers.Add(answer);
        }

        Assert.Equal(["a.png", "b.jpg", "c.png"], answers.Select(a => Path.GetFileName(a.Path)));
        Assert.Equal([4, 0, 5], answers.Select(a => a.Value));
        Assert.IsType<ImageException>(answers[1].Error);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen; (seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen;)
        {
        }
    }
}
