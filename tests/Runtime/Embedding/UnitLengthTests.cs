namespace PPLCNet.Vision.Tests.Runtime.Embedding;

public class UnitLengthTests
{
    [Fact]
    public void Vectors_get_length_one_and_zero_stays_zero()
    {
        float[] vector = [3, 0, 4];
        UnitLength.Normalize(vector);
        Assert.Equal([0.6f, 0, 0.8f], vector);
        var zero = new float[4];
        UnitLength.Normalize(zero);
        Assert.Equal(new float[4], zero);
    }
}
