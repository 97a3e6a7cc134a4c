using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Indexes;
using PPLCNet.Vision.Retrieval.Indexes.Flat;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Retrieval.Shitu;

namespace PPLCNet.Vision.Bench.Retrieval;

/// <summary>
/// What the learnt threshold and probability do: <c>unknown-things [GROCERY] [STRANGERS] [PER_LABEL]</c>. A gallery of the first
/// five photos of each
/// label, the next five of each as known things, and a folder of images of other things as strangers.
/// </summary>
internal static class UnknownThingsProgram
{
    public static void Run(string[] args)
    {
        var grocery = args.Length > 0 ? args[0] : "../shared/datasets/grocery-store";
        var others = args.Length > 1 ? args[1] : "../shared/datasets/coco-mini/val2017";
        var perLabel = args.Length > 2 ? int.Parse(args[2]) : 5;
        if (!File.Exists(Path.Combine(grocery, "test.txt")) || !Directory.Exists(others))
        {
            Console.Error.WriteLine($"unknown-things: expected the Grocery Store Dataset (test.txt) in '{grocery}' and images in '{others}'");
            Environment.ExitCode = 1;
            return;
        }

        using var embedder = Embedder.Load();
        var labels = File.ReadLines(Path.Combine(grocery, "test.txt")).Select(l => l.Split(',')).GroupBy(l => l[1].Trim(), l => Path.Combine(grocery, l[0])).ToList();
        ReadOnlyMemory<float>[] Embed(IEnumerable<string> files) => [.. files.Select(f => (ReadOnlyMemory<float>)embedder.Embed(ImageFile.Read(f).View))];
        var gallery = labels.SelectMany(l => Embed(l.Take(perLabel)).Select(v => (Label: l.Key, Vector: v))).ToList();
        var known = labels.SelectMany(l => Embed(l.Skip(perLabel).Take(5)).Select(v => (Label: l.Key, Vector: v))).ToList();
        var strangers = Embed(Directory.EnumerateFiles(others).Order(StringComparer.Ordinal));
        using var index = new FlatIndex(embedder.Dimensions);
        index.AddAsync([.. gallery.Select((g, i) => new GalleryItem(i, g.Label, g.Vector))]).AsTask().Wait();

        var learnt = ThresholdCalibration.FromAsync(index).GetAwaiter().GetResult();
        Console.WriteLine($"{labels.Count} labels, {gallery.Count} items, {known.Count} other photos of them, {strangers.Length} strangers; learnt threshold {learnt.Threshold:0.0000}");
        (float Score, double Probability, bool IsRight) Answer(string label, ReadOnlyMemory<float> vector)
        {
            var found = index.Search(vector, new SearchOptions { K = perLabel + 1 });
            var other = found.First(m => m.Label != found[0].Label).Score;
            return (found[0].Score, learnt.Probability?.Of(found[0].Score, other) ?? double.NaN, found[0].Label == label);
        }

        var answers = known.ConvertAll(k => Answer(k.Label, k.Vector));
        var accepted = strangers.Select(s => Answer("", s)).ToList();
        Console.WriteLine("threshold   right  wrong  unknown   strangers accepted");
        foreach (var threshold in (float[])[0.3f, 0.4f, 0.5f, 0.6f, learnt.Threshold, 0.7f, 0.8f, 0.9f])
        {
            double Of(Func<(float Score, double Probability, bool IsRight), bool> which) => answers.Count(which) / (double)answers.Count;
            Console.WriteLine($"{threshold,9:0.0000}{Of(a => a.Score >= threshold && a.IsRight),8:0.000}{Of(a => a.Score >= threshold && !a.IsRight),7:0.000}"
                + $"{Of(a => a.Score < threshold),9:0.000}{accepted.Count(a => a.Score >= threshold) / (double)accepted.Count,21:0.000}");
        }

        Console.WriteLine("probability above   share of answers   of these right   strangers among them (at the learnt threshold)");
        foreach (var least in (double[])[0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
        {
            var sure = answers.Where(a => a.Score >= learnt.Threshold && a.Probability > least).ToList();
            Console.WriteLine($"{least,17:0.00}{sure.Count / (double)answers.Count,19:0.000}{sure.Count(a => a.IsRight) / (double)sure.Count,17:0.000}"
                + $"{accepted.Count(a => a.Score >= learnt.Threshold && a.Probability > least),23}");
        }
    }
}
