namespace PPLCNet.Vision.Backbone.Weights.Pickle;

/// <summary>
/// Memory that a pickle may ask for, all that it makes together: in proportion to its length, for a list that is copied a
/// thousand times takes the file only a few bytes each time. Arrays of weights have a limit of their own, the bytes of the file.
/// </summary>
internal sealed class PickleBudget(string source, long fileBytes)
{
    /// <summary>A value on the stack, boxed.</summary>
    public const int Value = 32;

    /// <summary>A place in a list or a tuple.</summary>
    public const int Slot = 8;

    /// <summary>An entry of a dictionary.</summary>
    public const int Entry = 48;

    /// <summary>An empty list, tuple or dictionary.</summary>
    public const int Container = 96;

    // Maps of numbers to short texts take some ten times their bytes in a file.
    private const long Free = 64 << 20;
    private const long Factor = 32;

    private readonly long _limit = Free + (Factor * fileBytes);
    private long _taken;

    /// <summary>Takes so many bytes.</summary>
    /// <exception cref="ModelFormatException">There is not so much left.</exception>
    public void Take(long bytes)
    {
        _taken += bytes;
        if (bytes < 0 || _taken > _limit)
        {
            throw new ModelFormatException(source, $"a pickle of {fileBytes} bytes that takes at most {_limit} bytes of memory", "one that asks for more");
        }
    }
}
