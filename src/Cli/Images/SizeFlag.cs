using System.CommandLine;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>A flag that takes <c>WxH</c>, or one number for a square.</summary>
internal static class SizeFlag
{
    /// <summary>Makes the flag.</summary>
    public static Option<StretchRule?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "WxH",
        CustomParser = argument =>
        {
            var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
            var parts = text.Split('x');
            if (parts.Length is 1 or 2 && int.TryParse(parts[0], out var width) && int.TryParse(parts[^1], out var height)
                && width is > 0 and <= 8192 && height is > 0 and <= 8192)
            {
                return new StretchRule(width, height);
            }

            argument.AddError($"{name} takes WIDTHxHEIGHT, for example 224x224; found '{text}'.");
            return null;
        },
    };
}
