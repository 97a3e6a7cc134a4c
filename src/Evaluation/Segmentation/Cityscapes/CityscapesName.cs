namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>
/// The parts of a Cityscapes file name: <c>CITY_SEQUENCE_FRAME_TYPE[_TYPE2].EXT</c>, for example
/// <c>aachen_000000_000019_gtFine_labelIds.png</c>. Numbers stay text, so leading zeros are kept.
/// </summary>
/// <param name="City">Name of the city.</param>
/// <param name="Sequence">Number of the sequence.</param>
/// <param name="Frame">Number of the frame.</param>
/// <param name="Type">For example <c>gtFine</c> or <c>leftImg8bit</c>.</param>
/// <param name="Type2">For example <c>labelIds</c>; empty where there is none.</param>
/// <param name="Extension">Extension without the dot.</param>
internal sealed record CityscapesName(string City, string Sequence, string Frame, string Type, string Type2, string Extension)
{
    /// <summary>City, sequence and frame: what files of one image share.</summary>
    public string Core => $"{City}_{Sequence}_{Frame}";

    /// <summary>Reads a file name; folders before it do not matter.</summary>
    /// <exception cref="DataFormatException">The name has not five or six parts.</exception>
    public static CityscapesName Parse(string path)
    {
        var parts = Path.GetFileName(path).Split('_');
        var tail = parts[^1].Split('.');
        string[] all = [.. parts[..^1], .. tail];
        return all switch
        {
            [var city, var sequence, var frame, var type, var extension] => new(city, sequence, frame, type, "", extension),
            [var city, var sequence, var frame, var type, var type2, var extension] => new(city, sequence, frame, type, type2, extension),
            _ => throw new DataFormatException($"'{path}': expected a name CITY_SEQUENCE_FRAME_TYPE[_TYPE2].EXT, found {all.Length} parts."),
        };
    }
}
