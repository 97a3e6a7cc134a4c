namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>A file to fetch.</summary>
/// <param name="Model">Name of the model, for messages.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="Bytes">Its size; 0 where it is not known.</param>
/// <param name="IsVerified">Whether its content is compared with a known hash afterwards.</param>
internal sealed record FileRequest(string Model, string Address, long Bytes, bool IsVerified)
{
    /// <summary>Most bytes where the size is not known.</summary>
    public long MaxBytes { get; init; } = int.MaxValue; // models are read into one array

    /// <summary>Refuses more bytes than the file has, or may have.</summary>
    /// <exception cref="ModelFormatException">There are more.</exception>
    public void CheckSize(long have)
    {
        var most = Bytes > 0 ? Bytes : MaxBytes;
        if (have > most)
        {
            throw new ModelFormatException(
                Model, $"{(Bytes > 0 ? "" : "at most ")}{most} bytes", "more; the rest was not fetched");
        }
    }
}
