namespace PPLCNet.Vision.Segmentation.Passes;

/// <summary>
/// Where windows lie along one axis: evenly stepped, the last one shifted back to the border (PaddleSeg's
/// <c>slide_inference</c>).
/// </summary>
/// <param name="Start">First pixel.</param>
/// <param name="Length">Pixels.</param>
internal readonly record struct WindowSpan(int Start, int Length)
{
    /// <summary>Windows that cover <paramref name="length"/> pixels.</summary>
    public static IReadOnlyList<WindowSpan> Cover(int length, int window, int step)
    {
        var count = length <= window ? 1 : ((length - window + step - 1) / step) + 1;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var end = Math.Min((i * step) + window, length);
            var start = Math.Max(end - window, 0);
            return new WindowSpan(start, end - start);
        })];
    }
}
