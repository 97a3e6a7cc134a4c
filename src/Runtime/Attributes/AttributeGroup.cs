using System.Numerics.Tensors;

namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>How the outputs of one group become attributes.</summary>
internal enum AttributeTest
{
    /// <summary>One output: the first name above the threshold, else the second.</summary>
    Flag,

    /// <summary>The greatest.</summary>
    Greatest,

    /// <summary>The greatest where it is above the threshold, else the last name, which stands for none.</summary>
    GreatestOrNone,

    /// <summary>The greatest where it reaches the threshold, else unknown.</summary>
    GreatestOrUnknown,

    /// <summary>Each above the threshold; none is reported where none is.</summary>
    Each,

    /// <summary>Each above the threshold; the greatest where none is.</summary>
    EachOrGreatest,
}

/// <summary>Outputs that are read together.</summary>
/// <param name="Name">What they are about.</param>
/// <param name="First">The first output.</param>
/// <param name="Test">How they are read.</param>
/// <param name="Names">Names of the outputs, and one more for absence where the test has such an answer.</param>
/// <param name="Threshold">A threshold of its own; null takes the call's.</param>
internal sealed record AttributeGroup(
    string Name, int First, AttributeTest Test, IReadOnlyList<string> Names, float? Threshold = null)
{
    private const string Unknown = "unknown";

    /// <summary>Number of outputs.</summary>
    public int Count => Test is AttributeTest.Flag or AttributeTest.GreatestOrNone ? Names.Count - 1 : Names.Count;

    /// <summary>Reads the group.</summary>
    /// <param name="probabilities">All outputs of the model.</param>
    /// <param name="threshold">The threshold of the call.</param>
    /// <param name="found">Where the attributes go.</param>
    public void Read(ReadOnlySpan<float> probabilities, float threshold, List<FoundAttribute> found)
    {
        var values = probabilities.Slice(First, Count);
        threshold = Threshold ?? threshold;
        var best = TensorPrimitives.IndexOfMax(values);
        switch (Test)
        {
            case AttributeTest.Flag or AttributeTest.GreatestOrNone when values[best] <= threshold:
                Add(Count, 1 - values[best], found);
                break;
            case AttributeTest.GreatestOrUnknown when values[best] < threshold:
                found.Add(new FoundAttribute(Name, Unknown, values[best]));
                break;
            case AttributeTest.Each or AttributeTest.EachOrGreatest when Test == AttributeTest.Each || values[best] > threshold:
                for (var i = 0; i < values.Length; i++)
                {
                    if (values[i] > threshold)
                    {
                        Add(i, values[i], found);
                    }
                }

                break;
            default:
                Add(best, values[best], found);
                break;
        }
    }

    private void Add(int name, float score, List<FoundAttribute> found) =>
        found.Add(new FoundAttribute(Name, Names[name], score));
}
