using PPLCNet.Vision.Evaluation.Classification;

namespace PPLCNet.Vision.Tests.Evaluation.Classification;

public class WilsonIntervalTests
{
    // R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_ends_are_those_of_the_formula(int hits, int count, double low, double high)
    {
        var interval = new WilsonInterval(hits, count);
        Assert.Equal(low, interval.Low, 6e-5);
        Assert.Equal(high, interval.High, 6e-5);
        Assert.Equal((double)hits / count, interval.Share);
    }

    [Fact]
    public void No_cases_say_nothing()
    {
        var interval = new WilsonInterval(0, 0);
        Assert.True(double.IsNaN(interval.Share));
        Assert.Equal((0, 1), (interval.Low, interval.High));
    }
}
