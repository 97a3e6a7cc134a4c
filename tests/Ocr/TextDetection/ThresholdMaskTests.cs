using PPLCNet.Vision.Ocr.TextDetection;

namespace PPLCNet.Vision.Tests.Ocr.TextDetection;

public sealed class ThresholdMaskTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(4096)]
    public void EqualsThePlainForm(int length)
    {
        var random = new Random(length);
        var values = Enumerable.Range(0, length).Select(_ => random.Next(5) * 0.25f).ToArray();
        var (fast, plain) = (new byte[length], new byte[length]);
        ThresholdMask.Run(values, 0.5f, fast);
        ThresholdMask.Scalar(values, 0.5f, plain);
        Assert.Equal(plain, fast);
    }

    [Fact]
    public void IsStrictAndRefusesNaN()
    {
        var mask = new byte[3];
        ThresholdMask.Run([0.3f, 0.30001f, float.NaN], 0.3f, mask);
        Assert.Equal([0, 255, 0], mask);
    }
}
