using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Backbones;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Features;
using PPLCNet.Vision.Teaching.Figures;
using PPLCNet.Vision.Teaching.Fitting;

namespace PPLCNet.Vision.Bench.Teaching;

/// <summary>
/// <c>teach-reference FOLDER OUT [CLASSES] [PHOTOS] [STRENGTH] [SKIP]</c>: logistic regression on the features of whole photos,
/// of the classes with most photos; writes the same features and labels as npy, for <c>sklearn_reference.py</c>. SKIP names
/// classes to leave out, parted by commas.
/// </summary>
internal static class ReferenceProgram
{
    /// <summary>Runs it.</summary>
    public static void Run(string[] args)
    {
        var (folder, output) = (args[0], args[1]);
        var classes = args.Length > 2 ? int.Parse(args[2]) : 81;
        var photos = args.Length > 3 ? int.Parse(args[3]) : 30;
        var strength = args.Length > 4 ? double.Parse(args[4], System.Globalization.CultureInfo.InvariantCulture) : 1e-3;
        var skipped = args.Length > 5 ? args[5].Split(',') : [];
        var all = TeachingData.FromFolder(folder);
        var kept = all.Photos.GroupBy(p => p.Labels[0]).Where(g => g.Count() > photos && !skipped.Contains(g.Key))
            .OrderByDescending(g => g.Count()).Take(classes).SelectMany(g => g).ToList();
        var data = all with { Photos = kept };
        using var backbone = FrozenBackbone.Load(ModelCatalog.Default.Find("pplcnet-x1.0-embed", "embedding"), new ModelOptions(), vectorOnly: false);
        var read = PhotoFeatures.Read(kept, backbone.Features, [ImageView.Whole], null, Environment.ProcessorCount, _ => { }, default);
        var set = PhotoSet.Of(data, read, null);
        var targets = set.TargetsOf(set.Photos, false);
        int[] training = [.. Folds.Shuffled(targets, 1).SelectMany(g => g.Take(photos)).Order()];
        int[] test = [.. Enumerable.Range(0, targets.Count).Except(training)];
        var rows = PhotoSet.RowsOf([.. training.Select(i => set.Photos[i])], backbone.Features.Dimensions);
        var others = PhotoSet.RowsOf([.. test.Select(i => set.Photos[i])], backbone.Features.Dimensions);
        var standardization = Standardization.Of(rows);
        standardization.Apply(rows);
        standardization.Apply(others);
        using var products = new MatrixProducts(Environment.ProcessorCount);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var layer = LogisticRegression.Fit(products, rows, targets.Take(training), targets.Take(training).BalancedWeights(), strength, default);
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        var top1 = ReportBuilder.Top1(layer.Logits(products, others), targets.Take(test));
        Console.WriteLine($"{set.Labels.Count} classes, {training.Length} training, {test.Length} test, strength {strength:g3}: top-1 {top1.Share:0.0000} ({top1.Low:0.0000}-{top1.High:0.0000}) in {seconds:0.0} s");
        Write(Path.Combine(output, "train"), rows, targets.Take(training));
        Write(Path.Combine(output, "test"), others, targets.Take(test));
    }

    private static void Write(string name, FeatureMatrix features, Targets targets)
    {
        WriteMatrix(name + "_x.npy", features.Width, Enumerable.Range(0, features.Count).Select(i => features[i].ToArray()));
        WriteMatrix(name + "_y.npy", 1, Enumerable.Range(0, targets.Count).Select(i => new float[] { targets.Of(i) }));
    }

    private static void WriteMatrix(string path, int width, IEnumerable<float[]> rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new NpyWriter(path, width);
        foreach (var row in rows)
        {
            writer.Add(row);
        }
    }
}
