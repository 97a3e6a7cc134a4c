using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class BestClassTests
{
    [Fact]
    public void EqualsTheScanForEveryLengthWithTies()
    {
        const int Seed = 37;
        var random = new Random(Seed);
        for (var length = 1; length < 200; length++)
        {
            // Few different values: ties are common.
            var row = Enumerable.Range(0, length).Select(_ => (random.Next(9) - 4) / 4f).ToArray();
            Assert.True(Array.IndexOf(row, row.Max()) == BestClass.Of(row), $"seed {Seed}, length {length}");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void WhatIsNotANumberNeverWins(int length)
    {
        var row = Enumerable.Repeat(float.NaN, length).ToArray();
        Assert.Equal(0, BestClass.Of(row));
        row[2] = 0.5f;
        Assert.Equal(2, BestClass.Of(row));
    }

    [Fact]
    public void NothingIsTheFirst() => Assert.Equal(0, BestClass.Of([]));
}
