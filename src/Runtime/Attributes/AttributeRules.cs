namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>The published rules of PaddleClas as tables; their order is that of the official answers.</summary>
internal static class AttributeRules
{
    /// <summary>The groups of a rule.</summary>
    /// <param name="settings">The rule and its thresholds.</param>
    /// <param name="labels">The labels of the model, for the rule that reads each by itself.</param>
    public static IReadOnlyList<AttributeGroup> Of(AttributeSettings settings, IReadOnlyList<string> labels) =>
        settings.Rule switch
    {
        "person" => Person(settings),
        "vehicle" =>
        [
            new("color", 0, AttributeTest.GreatestOrUnknown,
                ["yellow", "orange", "green", "gray", "red", "blue", "white", "golden", "brown", "black"]),
            new("type", 10, AttributeTest.GreatestOrUnknown,
                ["sedan", "suv", "van", "hatchback", "mpv", "pickup", "bus", "truck", "estate"]),
        ],
        "table" =>
        [
            new("source", 0, AttributeTest.Flag, ["Scanned", "Photo"]),
            new("number", 1, AttributeTest.Flag, ["Little", "Numerous"]),
            new("color", 2, AttributeTest.Flag, ["Black-and-White", "Multicolor"]),
            new("clarity", 3, AttributeTest.Flag, ["Clear", "Blurry"]),
            new("obstruction", 4, AttributeTest.Flag, ["Without-Obstacles", "With-Obstacles"]),
            new("angle", 5, AttributeTest.Flag, ["Horizontal", "Tilted"]),
        ],
        _ => [new("label", 0, AttributeTest.Each, labels)],
    };

    private static AttributeGroup[] Person(AttributeSettings settings) =>
    [
        new("sex", 22, AttributeTest.Flag, ["Female", "Male"]),
        new("age", 19, AttributeTest.Greatest, ["AgeLess18", "Age18-60", "AgeOver60"]),
        new("view", 23, AttributeTest.Greatest, ["Front", "Side", "Back"]),
        new("glasses", 1, AttributeTest.Flag, ["Glasses: True", "Glasses: False"], settings.GlassesThreshold),
        new("hat", 0, AttributeTest.Flag, ["Hat: True", "Hat: False"]),
        new("hold", 18, AttributeTest.Flag, ["HoldObjectsInFront: True", "HoldObjectsInFront: False"], settings.HoldThreshold),
        new("bag", 15, AttributeTest.GreatestOrNone, ["HandBag", "ShoulderBag", "Backpack", "No bag"]),
        new("sleeve", 2, AttributeTest.Greatest, ["ShortSleeve", "LongSleeve"]),
        new("upper body", 4, AttributeTest.Each, ["UpperStride", "UpperLogo", "UpperPlaid", "UpperSplice"]),
        new("lower body", 8, AttributeTest.EachOrGreatest,
            ["LowerStripe", "LowerPattern", "LongCoat", "Trousers", "Shorts", "Skirt&Dress"]),
        new("shoes", 14, AttributeTest.Flag, ["Boots", "No boots"]),
    ];
}
