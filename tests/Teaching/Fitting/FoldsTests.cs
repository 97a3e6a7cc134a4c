using CsCheck;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Tests.Teaching.Fitting;

public class FoldsTests
{
    [Fact]
    public void Every_label_gives_its_share_and_keeps_an_image() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 8], Gen.Double[0.05, 0.95], Gen.Int[0, 1000]).Sample((counts, share, seed) =>
        {
            var targets = Of(counts);
            var held = Folds.Hold(targets, share, seed);
            for (var label = 0; label < counts.Length; label++)
            {
                var found = held.Count(i => targets.Of(i) == label);
                Assert.Equal(Math.Min((int)Math.Floor((counts[label] * share) + 0.5), counts[label] - 1), found);
            }

            Assert.Equal(held.Order(), Folds.Hold(targets, share, seed).Order());
        });

    [Fact]
    public void Folds_spread_every_label_evenly() =>
        Gen.Select(Gen.Int[1, 40].Array[1, 8], Gen.Int[2, 6], Gen.Int[0, 1000]).Sample((counts, folds, seed) =>
        {
            var targets = Of(counts);
            var fold = Folds.Assign(targets, folds, seed);
            for (var label = 0; label < counts.Length; label++)
            {
                var sizes = Enumerable.Range(0, folds).Select(f => Enumerable.Range(0, targets.Count).Count(i => targets.Of(i) == label && fold[i] == f)).ToList();
                Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
            }
        });

    [Fact]
    public void Another_seed_is_another_split() =>
        Assert.NotEqual(Folds.Hold(Of([50, 50]), 0.2, 1).Order(), Folds.Hold(Of([50, 50]), 0.2, 2).Order());

    private static Targets Of(int[] counts) =>
        new([.. counts.SelectMany((count, label) => Enumerable.Repeat(new[] { label }, count))], counts.Length, false);
}
