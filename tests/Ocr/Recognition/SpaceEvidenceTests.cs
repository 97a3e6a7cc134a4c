using PPLCNet.Vision.Ocr.Recognition;

namespace PPLCNet.Vision.Tests.Ocr.Recognition;

public sealed class SpaceEvidenceTests
{
    [Fact]
    public void TakesTheHighestBetweenTwoTokens()
    {
        // [5, 3]: blank, a, space.
        float[] rows =
        [
            0, 0.5f, 0.5f,
            0.9f, 0.1f, 0,
            0.7f, 0.1f, 0.2f,
            0, 0.9f, 0.1f,
            0.2f, 0, 0.8f,
        ];
        RecognizedToken[] tokens = [new("a", 1, 0.1f), new("a", 3, 0.9f)];
        var filled = SpaceEvidence.Fill(tokens, rows, 3);
        Assert.Equal([0f, 0.2f], filled.Select(t => t.SpaceBefore));
        Assert.Equal(tokens.Select(t => (t.Text, t.Column, t.Confidence)), filled.Select(t => (t.Text, t.Column, t.Confidence)));
    }

    [Fact]
    public void NothingReadStaysNothing() => Assert.Empty(SpaceEvidence.Fill([], [], 3));
}
