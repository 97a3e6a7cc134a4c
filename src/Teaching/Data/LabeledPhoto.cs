namespace PPLCNet.Vision.Teaching.Data;

/// <summary>An image and what it shows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Labels">Its labels: exactly one, or any number where images may have several.</param>
public sealed record LabeledPhoto(string Path, IReadOnlyList<string> Labels)
{
    /// <summary>The labels as messages show them.</summary>
    internal string LabelText => Labels.Count == 0 ? "no label" : string.Join(", ", Labels.Select(l => $"'{l}'"));
}
