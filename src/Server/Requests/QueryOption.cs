using System.Globalization;

namespace PPLCNet.Vision.Server.Requests;

/// <summary>An option of a request, in the query, as a form field or as a JSON property.</summary>
/// <param name="Name">Its name; the spelling of the command's flag is accepted too.</param>
/// <param name="Description">A sentence for the API description.</param>
/// <param name="Type">Its JSON type.</param>
internal abstract record QueryOption(string Name, string Description, string Type)
{
    /// <summary>Least value of a number.</summary>
    public double? Least { get; init; }

    /// <summary>Largest value of a number.</summary>
    public double? Most { get; init; }

    /// <summary>The values of a choice.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Whether it may occur several times.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>What makes a name the same in every spelling.</summary>
    public static string Canonical(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>A number.</summary>
    public static QueryOption<float?> Number(string name, string description, double least = 0, double most = 1) =>
        new(name, description, "number", text => ReadNumber(text, least, most)) { Least = least, Most = most };

    /// <summary>A whole number.</summary>
    public static QueryOption<int?> Whole(string name, string description, int least = 1, int most = int.MaxValue) =>
        new(name, description, "integer", text => ReadWhole(text, least, most)) { Least = least, Most = most == int.MaxValue ? null : most };

    /// <summary>A yes or no; the name alone means yes.</summary>
    public static QueryOption<bool?> Flag(string name, string description) => new(name, description, "boolean", text => text switch
    {
        "" or "true" or "True" or "1" => true,
        "false" or "False" or "0" => false,
        _ => throw new FormatException($"expected true or false, found '{text}'"),
    });

    /// <summary>One of several words.</summary>
    public static QueryOption<string?> Choice(string name, string description, params string[] choices) =>
        new(name, description, "string", text => choices.Contains(text) ? text : throw new FormatException($"expected {string.Join(", ", choices)}; found '{text}'"))
        {
            Choices = choices,
        };

    /// <summary>Any text.</summary>
    public static QueryOption<string?> Text(string name, string description) =>
        new(name, description, "string", text => text.Length is > 0 and <= 1000 ? text : throw new FormatException("expected 1 to 1000 characters"));

    /// <summary>Words separated by commas.</summary>
    public static QueryOption<string[]?> List(string name, string description) =>
        new(name, description, "string", text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) { IsRepeatable = true };

    /// <summary>A size as WIDTHxHEIGHT.</summary>
    public static QueryOption<PixelSize?> Size(string name, string description, int smallest) => new(name, description, "string", text =>
        PixelSize.TryParse(text, out var size) && size.Width >= smallest && size.Height >= smallest
            ? size
            : throw new FormatException($"expected WxH in pixels with sides of at least {smallest}, for example 640x640; found '{text}'"));

    private static float? ReadNumber(string text, double least, double most) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a number from {least} to {most}, found '{text}'"));

    private static int? ReadWhole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(most == int.MaxValue
                ? $"expected a whole number of at least {least}, found '{text}'"
                : $"expected a whole number from {least} to {most}, found '{text}'");
}

/// <summary>An option with the type of its values.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">A sentence.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="Parse">Reads a value; a <see cref="FormatException"/> says what was expected.</param>
internal sealed record QueryOption<T>(string Name, string Description, string Type, Func<string, T> Parse) : QueryOption(Name, Description, Type);
