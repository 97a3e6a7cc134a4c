namespace PPLCNet.Vision.Tests.Core;

public sealed class BilinearAxisTests
{
    [Fact]
    public void A_part_of_the_source_fills_the_target()
    {
        // A letterboxed image: the middle half of 8 columns, one to one.
        var axis = BilinearAxis.Create(8, 4, 2.0, 4.0);
        Assert.Equal([2, 3, 4, 5], axis.Low);
        Assert.All(axis.HighWeight, w => Assert.Equal(0, w));
    }
}
