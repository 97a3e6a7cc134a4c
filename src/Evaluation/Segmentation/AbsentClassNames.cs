namespace PPLCNet.Vision.Evaluation.Segmentation;

/// <summary>
/// Names of the rules for classes that occur nowhere, as files and flags have them: <c>one</c>, <c>zero</c>, <c>skip</c>.
/// </summary>
internal static class AbsentClassNames
{
    /// <summary>A rule by its name; null where there is none of this name.</summary>
    public static AbsentClass? Parse(string? name) => name switch
    {
        "one" => AbsentClass.AsPaddleSeg,
        "zero" => AbsentClass.AsZero,
        "skip" => AbsentClass.Skipped,
        _ => null,
    };

    /// <summary>The name of a rule.</summary>
    public static string NameOf(AbsentClass absent) => absent switch
    {
        AbsentClass.AsZero => "zero",
        AbsentClass.Skipped => "skip",
        _ => "one",
    };
}
