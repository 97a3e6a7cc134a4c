using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;
using PPLCNet.Vision.Tests.Retrieval.Indexes;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Shitu;

/// <summary>Strangers and siblings: the threshold, the probability, and where they are kept.</summary>
public sealed class CalibrationTests
{
    private const int Dimensions = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_pair_of_labels_that_look_alike_does_not_refuse_everything_else()
    {
        // Twenty labels of five, far from each other, but the last two are the same thing.
        var things = new Things(20, 0.6f, seed: 1);
        using var index = await Filled([.. Enumerable.Range(0, 20).SelectMany(l => Enumerable.Range(0, 5).Select(_ => ($"{l}", things.Next(Math.Min(l, 18)))))]);
        var learnt = await ThresholdCalibration.FromAsync(index, new CalibrationOptions(), Cancellation);
        Assert.InRange(learnt.TrueAcceptRate, 0.85, 1);
        Assert.InRange(learnt.RightRate, 0.8, 1);

        // The rate alone, as it was, refuses most of them.
        var strict = await ThresholdCalibration.FromAsync(index, new CalibrationOptions { LeastKnownRate = 0 }, Cancellation);
        Assert.True(strict.FalseAcceptRate <= 0.01 && strict.TrueAcceptRate < 0.6, $"{strict}");

        var strangers = Enumerable.Range(0, 300).Select(_ => new Things(1, 0, seed: 100 + _).Next(0)).ToArray();
        Assert.InRange(strangers.Count(s => index.Search(s)[0].Score >= learnt.Threshold), 0, 6);
        Assert.True(learnt.Probability!.Of(0.8f, 0.2f) > 0.95);
        Assert.InRange(learnt.Probability.Of(0.8f, 0.795f), 0, 0.8);
    }

    [Fact]
    public async Task Strangers_that_are_given_set_the_threshold()
    {
        var things = new Things(10, 0.6f, seed: 2);
        using var index = await Filled([.. Enumerable.Range(0, 50).Select(i => ($"{i % 10}", things.Next(i % 10)))]);
        ReadOnlyMemory<float>[] strangers = [.. Enumerable.Range(0, 100).Select(i => (ReadOnlyMemory<float>)new Things(1, 0, seed: 500 + i).Next(0))];
        var learnt = await ThresholdCalibration.FromAsync(index, new CalibrationOptions { Strangers = strangers, FalseAcceptRate = 0.05 }, Cancellation);
        var scores = strangers.Select(s => index.Search(s)[0].Score).OrderDescending().ToArray();
        Assert.Equal((scores[4], 0.05), (scores.Last(s => s >= learnt.Threshold), learnt.FalseAcceptRate));
        Assert.True(learnt.Threshold > scores[5]);
    }

    [Fact]
    public async Task A_gallery_of_one_item_a_label_has_a_threshold_and_no_probability()
    {
        var things = new Things(40, 0.6f, seed: 3);
        using var index = await Filled([.. Enumerable.Range(0, 40).Select(l => ($"{l}", things.Next(Math.Min(l, 38))))]);
        var learnt = await ThresholdCalibration.FromAsync(index, new CalibrationOptions(), Cancellation);
        Assert.Null(learnt.Probability);
        Assert.True(double.IsNaN(learnt.TrueAcceptRate));
        Assert.InRange(Enumerable.Range(0, 38).Count(l => index.Search(things.Next(l))[0].Score >= learnt.Threshold), 30, 38);
    }

    [Fact]
    public async Task What_was_learnt_is_kept_until_the_gallery_changes()
    {
        using var folder = new TemporaryFolder();
        var (path, options) = (folder.File("g"), new CalibrationOptions());
        using var gallery = Gallery.Create(path, new GalleryHeader { Dimensions = 8 });
        await gallery.AddAsync(RandomVectors.Items(1, 60, 8), Cancellation);
        Assert.Null(CalibrationFile.Find(gallery, options));
        var learnt = await CalibrationFile.FindOrLearnAsync(gallery, options, Cancellation);
        Assert.Equal(learnt, CalibrationFile.Find(gallery, options));
        Assert.Null(CalibrationFile.Find(gallery, options with { FalseAcceptRate = 0.1 }));
        using (var reader = Gallery.Open(path, new GalleryOptions { ReadOnly = true }))
        {
            // Kept, not learnt again: what the file says is what comes.
            await File.WriteAllTextAsync(
                CalibrationFile.PathOf(path), (await File.ReadAllTextAsync(CalibrationFile.PathOf(path), Cancellation)).Replace("\"items\":60", "\"items\":61", StringComparison.Ordinal), Cancellation);
            Assert.Equal(61, (await CalibrationFile.FindOrLearnAsync(reader, options, Cancellation)).Items);
        }

        await gallery.RemoveAsync([3], Cancellation);
        Assert.Null(CalibrationFile.Find(gallery, options));
        Assert.Equal(59, (await CalibrationFile.FindOrLearnAsync(gallery, options, Cancellation)).Items);
        await File.WriteAllTextAsync(CalibrationFile.PathOf(path), "{", Cancellation);
        Assert.Null(CalibrationFile.Find(gallery, options));
        gallery.Compact();
        Assert.Equal(59, (await CalibrationFile.FindOrLearnAsync(gallery, options, Cancellation)).Items);
    }

    [Fact]
    public async Task Groceries_are_named_and_other_things_are_not()
    {
        var grocery = RepositoryPaths.Shared("datasets", "grocery-store");
        var others = RepositoryPaths.Shared("datasets", "coco-mini", "val2017");
        using var embedder = Embedder.Load();
        float[] Embed(string file) => embedder.Embed(file, null, Cancellation);

        // Every second label, for the time that it takes; the bench program unknown-things prints the figures over all.
        var labels = File.ReadLines(Path.Combine(grocery, "test.txt")).Select(l => l.Split(',')).GroupBy(l => l[1].Trim(), l => Path.Combine(grocery, l[0]))
            .Where((_, i) => i % 2 == 0).ToList();
        using var index = await Filled([.. labels.SelectMany(l => l.Take(5).Select(f => (l.Key, Embed(f))))]);
        var learnt = await ThresholdCalibration.FromAsync(index, new CalibrationOptions(), Cancellation);
        var answers = labels.SelectMany(l => l.Skip(5).Take(5).Select(f => (Label: l.Key, Found: index.Search(Embed(f), new SearchOptions { K = 6 })))).ToList();
        var passed = answers.Where(a => a.Found[0].Score >= learnt.Threshold).ToList();
        Assert.True(passed.Count(a => a.Found[0].Label == a.Label) >= 0.6 * answers.Count, $"{passed.Count(a => a.Found[0].Label == a.Label)} of {answers.Count}");
        var sure = passed.Where(a => learnt.Probability!.Of(a.Found[0].Score, a.Found.First(m => m.Label != a.Found[0].Label).Score) > 0.9).ToList();
        Assert.InRange(sure.Count, answers.Count / 10, answers.Count);
        Assert.True(sure.Count(a => a.Found[0].Label == a.Label) >= 0.9 * sure.Count);
        var strangers = Directory.GetFiles(others).Select(Embed).ToArray();
        Assert.InRange(strangers.Count(s => index.Search(s)[0].Score >= learnt.Threshold), 0, (int)(0.02 * strangers.Length));
    }

    private static async Task<FlatIndex> Filled((string Label, float[] Vector)[] items)
    {
        var index = new FlatIndex(items[0].Vector.Length);
        await index.AddAsync([.. items.Select((item, i) => new GalleryItem(i, item.Label, item.Vector))], Cancellation);
        return index;
    }

    /// <summary>Vectors around one centre a thing.</summary>
    private sealed class Things(int count, float spread, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly float[][] _centres = [.. Centres(count, seed)];

        public float[] Next(int thing) => [.. _centres[thing].Zip(RandomVectors.Unit(_random, Dimensions), (c, n) => c + (spread * n))];

        private static IEnumerable<float[]> Centres(int count, int seed)
        {
            var random = new Random(seed + 1000);
            return Enumerable.Range(0, count).Select(_ => RandomVectors.Unit(random, Dimensions));
        }
    }
}
