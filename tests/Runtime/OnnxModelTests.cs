using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;

namespace PPLCNet.Vision.Tests.Runtime;

public class OnnxModelTests
{
    [Fact]
    public void EightThreadsAtOnceGetBitEqualResults()
    {
        using var model = Load(new RuntimeOptions { FixedShape = true });
        var inputs = Enumerable.Range(0, 4).Select(i => Values(i, 3 * 224 * 224)).ToArray();
        var expected = inputs.Select(v => Run(model, v)).ToArray();
        var failures = 0;
        var threads = Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (var i = 0; i < 6; i++)
            {
                var which = (t + i) % inputs.Length;
                if (!Run(model, inputs[which]).AsSpan().SequenceEqual(expected[which]))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(0, failures);
    }

    [Fact]
    public void CancelledTokenStopsBeforeAndDuringARun()
    {
        using var model = Load(new RuntimeOptions());
        using var input = InputTensor.Rent(64, 3, 224, 224); // Long enough to be cut short.
        input.Values.Clear();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Run(input, cancelled.Token));
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
        Assert.ThrowsAny<OperationCanceledException>(() => model.Run(input, soon.Token));
    }

    [Fact]
    public void BytesThatAreNoGraphAreAModelError()
    {
        var e = Assert.Throws<ModelFormatException>(() => OnnxModel.Load("no graph"u8.ToArray(), "x"));
        Assert.Contains("'x'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InputsThatDoNotFitSayExpectedAndFound()
    {
        using var model = Load(new RuntimeOptions());
        using var input = InputTensor.Rent(1, 4, 224, 224);
        var e = Assert.Throws<ArgumentException>(() => model.Run(input, TestContext.Current.CancellationToken));
        Assert.Contains("[?,3,", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1,4,224,224]", e.Message, StringComparison.Ordinal);
        using var named = InputTensor.Rent("nothing", 1, 3, 224, 224);
        Assert.Throws<ArgumentException>(() => model.Run(named, TestContext.Current.CancellationToken));
    }

    private static OnnxModel Load(RuntimeOptions options) => OnnxModel.Load(ModelCatalog.Default.Find("pplcnet-x1.0-doc-ori").ReadAllBytes(), "page", options);

    private static float[] Run(OnnxModel model, float[] values)
    {
        using var input = InputTensor.Rent(1, 3, 224, 224);
        values.CopyTo(input.Values);
        using var outputs = model.Run(input, TestContext.Current.CancellationToken);
        return outputs.Floats().ToArray();
    }

    private static float[] Values(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }
}
