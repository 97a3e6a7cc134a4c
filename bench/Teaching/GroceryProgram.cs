using System.Numerics.Tensors;
using PPLCNet.Vision.Evaluation.Classification;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;

namespace PPLCNet.Vision.Bench.Teaching;

/// <summary>
/// <c>teach-grocery FOLDER [SEEDS] [CACHE]</c>: 5 and 15 photos of each class of the grocery test split for training, the rest
/// for the test; a taught head against the nearest neighbor and the nearest class mean in the embedding. Classes with fewer
/// photos than that and five more keep five for the test.
/// </summary>
internal static class GroceryProgram
{
    private const int LeastForTest = 5;

    /// <summary>Runs it.</summary>
    public static void Run(string[] args)
    {
        var (root, seeds) = (args[0], args.Length > 1 ? int.Parse(args[1]) : 5);
        var photos = File.ReadLines(Path.Combine(root, "test.txt")).Select(l => l.Split(','))
            .Select(f => new LabeledPhoto(Path.Combine(root, f[0].Trim()), [f[1].Trim()])).ToList();
        using var trainer = HeadTrainer.Load();
        using var embedder = Embedder.Load();
        var vectors = photos.ToDictionary(p => p.Path, p => (float[])embedder.Embed(p.Path));
        var cache = args.Length > 2 ? args[2] : Path.Combine(Path.GetTempPath(), "teach-grocery.features");
        foreach (var count in (int[])[5, 15])
        {
            WilsonInterval[] sums = new WilsonInterval[3];
            for (var seed = 1; seed <= seeds; seed++)
            {
                var (training, test) = Split(photos, count, seed);
                var data = new TeachingData { Source = root, Photos = training, Validation = test };
                var head = trainer.Teach(data, new HeadTrainerOptions { Seed = seed, CachePath = cache, LearningCurve = false });
                WilsonInterval[] found = [head.Report.Top1, Nearest(vectors, training, test), NearestMean(vectors, training, test)];
                sums = [.. sums.Zip(found, (a, b) => new WilsonInterval(a.Hits + b.Hits, a.Count + b.Count))];
                Console.WriteLine($"{count} a class, seed {seed}: {training.Count} training, {test.Count} test; taught {Text(found[0])}, nearest neighbor {Text(found[1])}, nearest mean {Text(found[2])}; strength {head.Report.Strength:g2}, temperature {head.Report.Temperature:0.00}, calibration error {head.Report.CalibrationError:0.000}");
            }

            Console.WriteLine($"{count} a class, {seeds} seeds: taught {Text(sums[0])}, nearest neighbor {Text(sums[1])}, nearest mean {Text(sums[2])}");
        }
    }

    private static string Text(WilsonInterval share) => $"{share.Share:0.0000} ({share.Low:0.0000}-{share.High:0.0000}, {share.Count})";

    private static (List<LabeledPhoto> Training, List<LabeledPhoto> Test) Split(List<LabeledPhoto> photos, int count, int seed)
    {
        var random = new Random(seed);
        List<LabeledPhoto> training = [], test = [];
        foreach (var group in photos.GroupBy(p => p.Labels[0]))
        {
            LabeledPhoto[] shuffled = [.. group];
            random.Shuffle(shuffled);
            var taken = Math.Min(count, shuffled.Length - LeastForTest);
            training.AddRange(shuffled[..taken]);
            test.AddRange(shuffled[taken..]);
        }

        return (training, test);
    }

    private static WilsonInterval Nearest(Dictionary<string, float[]> vectors, List<LabeledPhoto> training, List<LabeledPhoto> test) => new(
        test.Count(t => training.MaxBy(p => TensorPrimitives.Dot<float>(vectors[p.Path], vectors[t.Path]))!.Labels[0] == t.Labels[0]), test.Count);

    private static WilsonInterval NearestMean(Dictionary<string, float[]> vectors, List<LabeledPhoto> training, List<LabeledPhoto> test)
    {
        var means = training.GroupBy(p => p.Labels[0]).Select(g =>
        {
            var sum = new float[vectors[g.First().Path].Length];
            foreach (var photo in g)
            {
                TensorPrimitives.Add(sum, vectors[photo.Path], sum);
            }

            TensorPrimitives.Divide(sum, TensorPrimitives.Norm<float>(sum), sum);
            return (Label: g.Key, Mean: sum);
        }).ToList();
        return new WilsonInterval(
            test.Count(t => means.MaxBy(m => TensorPrimitives.Dot<float>(m.Mean, vectors[t.Path])).Label == t.Labels[0]), test.Count);
    }
}
