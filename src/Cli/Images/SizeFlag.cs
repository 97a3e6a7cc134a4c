namespace PPLCNet.Vision.Cli.Images;

/// <summary>A flag that takes <c>WxH</c>, or one number for a square.</summary>
internal static class SizeFlag
{
    /// <summary>Adds the flag.</summary>
    public static Option<StretchRule?> Size(this Command command, string name, string description) => command
        .Flag<StretchRule?>(name, description, "WxH")
        .Read("WIDTHxHEIGHT, for example 224x224", text => text.Split('x') is { Length: 1 or 2 } parts
            && int.TryParse(parts[0], out var width) && int.TryParse(parts[^1], out var height)
            && width is > 0 and <= 8192 && height is > 0 and <= 8192 ? new StretchRule(width, height) : null);
}
