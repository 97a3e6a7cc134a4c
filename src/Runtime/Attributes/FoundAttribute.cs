namespace PPLCNet.Vision.Runtime.Attributes;

/// <summary>One attribute of a person, a vehicle or a table.</summary>
/// <param name="Group">What it is about: <c>age</c>, <c>bag</c>, <c>color</c>, ...</param>
/// <param name="Name">The attribute under its published name: <c>Age18-60</c>, <c>Backpack</c>, <c>yellow</c>, ...</param>
/// <param name="Score">
/// Its probability, 0 to 1; for an attribute that is absent (<c>Hat: False</c>, <c>No bag</c>) one minus the probability of
/// the one that is likeliest to be there, and for <c>unknown</c> the probability of the likeliest.
/// </param>
public readonly record struct FoundAttribute(string Group, string Name, float Score);
