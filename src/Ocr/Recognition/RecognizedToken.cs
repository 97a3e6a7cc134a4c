namespace PPLCNet.Vision.Ocr.Recognition;

/// <summary>One dictionary key that was read: a character, or a few code points that belong together.</summary>
/// <param name="Text">The key.</param>
/// <param name="Column">Time step at which it was emitted.</param>
/// <param name="Confidence">Probability of the key there, 0 to 1.</param>
/// <param name="SpaceBefore">Highest probability of a space between the token before and this one, 0 to 1; 0 for the
/// first.</param>
public readonly record struct RecognizedToken(string Text, int Column, float Confidence, float SpaceBefore = 0);
