namespace PPLCNet.Vision;

/// <summary>One class of an answer.</summary>
/// <param name="ClassId">Position in the model's output.</param>
/// <param name="Label">Its name; the position as text where the model has no labels.</param>
/// <param name="Score">Probability, 0 to 1.</param>
public readonly record struct ClassScore(int ClassId, string Label, float Score);
