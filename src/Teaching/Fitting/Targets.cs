namespace PPLCNet.Vision.Teaching.Fitting;

/// <summary>What images show, as numbers of labels. Immutable.</summary>
/// <param name="Labels">The labels of each image: exactly one, or any number where there are several.</param>
/// <param name="Classes">Number of labels there are.</param>
/// <param name="IsMultiLabel">Whether an image may have none or several.</param>
internal sealed record Targets(IReadOnlyList<int[]> Labels, int Classes, bool IsMultiLabel)
{
    /// <summary>Number of images.</summary>
    public int Count => Labels.Count;

    /// <summary>The one label of an image; -1 for an image of several labels or none.</summary>
    public int Of(int image) => IsMultiLabel || Labels[image].Length == 0 ? -1 : Labels[image][0];

    /// <summary>How many images each label has.</summary>
    public int[] Counts()
    {
        var counts = new int[Classes];
        foreach (var label in Labels.SelectMany(l => l))
        {
            counts[label]++;
        }

        return counts;
    }

    /// <summary>Some of the images.</summary>
    public Targets Take(IReadOnlyList<int> images) => this with { Labels = [.. images.Select(i => Labels[i])] };

    /// <summary>Each image several times, for its views.</summary>
    public Targets Repeat(int times) => this with { Labels = [.. Labels.SelectMany(l => Enumerable.Repeat(l, times))] };

    /// <summary>
    /// Weights with mean 1 that give every label the same part in the loss, whatever number of images it has; all 1 where
    /// images may have several labels.
    /// </summary>
    public float[] BalancedWeights()
    {
        var weights = new float[Count];
        Array.Fill(weights, 1);
        if (IsMultiLabel)
        {
            return weights;
        }

        var counts = Counts();
        var present = counts.Count(c => c > 0);
        for (var i = 0; i < Count; i++)
        {
            weights[i] = (float)((double)Count / present / counts[Labels[i][0]]);
        }

        return weights;
    }
}
