using System.Text.Json.Serialization;

namespace PPLCNet.Vision.Imaging;

/// <summary>Which part of an image goes where in the tensor, and how large it gets.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(StretchRule), "stretch")]
[JsonDerivedType(typeof(LetterboxRule), "letterbox")]
[JsonDerivedType(typeof(ShortSideCropRule), "short-side-crop")]
[JsonDerivedType(typeof(CenterCropRule), "center-crop")]
[JsonDerivedType(typeof(MultipleRule), "multiple")]
[JsonDerivedType(typeof(FixedHeightRule), "fixed-height")]
public abstract record SizeRule
{
    /// <summary>The whole image, stretched to a fixed size; its aspect is not kept.</summary>
    public static SizeRule Stretch(int width, int height) => new StretchRule(width, height);

    /// <summary>The whole image at its aspect inside a fixed size, the rest filled with a pixel value.</summary>
    public static SizeRule Letterbox(int width, int height, byte pad = 114, bool centered = true) =>
        new LetterboxRule(width, height, pad, centered);

    /// <summary>The short side scaled to <paramref name="shortSide"/>, then the middle cut out.</summary>
    public static SizeRule ShortSideCrop(int shortSide, int width, int height) => new ShortSideCropRule(shortSide, width, height);

    /// <summary>The middle square of a fraction (above 0, at most 1) of the short side, stretched to a fixed size.</summary>
    public static SizeRule CenterCrop(double fraction, int width, int height) => new CenterCropRule(fraction, width, height);

    /// <summary>The whole image, reduced where its long side exceeds the limit (0 for none), both sides rounded to a multiple.</summary>
    public static SizeRule ToMultiple(int multiple, int limit = 0) => new MultipleRule(multiple, limit);

    /// <summary>Text lines: scaled to a height at their aspect, in a tensor between two widths.</summary>
    public static SizeRule FixedHeight(int height, int minWidth, int maxWidth) => new FixedHeightRule(height, minWidth, maxWidth);

    /// <summary>Width and height of the tensor where every image gets the same; null where they follow the image.</summary>
    [JsonIgnore]
    public virtual (int Width, int Height)? TensorSize => null;

    /// <summary>Longest side of a tensor, in pixels.</summary>
    public const int LongestSide = 16_384;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A side is below 1 or above <see cref="LongestSide"/>, or another value is
    /// invalid.</exception>
    public virtual void Validate()
    {
        if (TensorSize is var (width, height))
        {
            Require(width is >= 1 and <= LongestSide && height is >= 1 and <= LongestSide, $"sides from 1 to {LongestSide}", $"{width}x{height}");
        }
    }

    private protected static void Require(bool fits, string expected, string found)
    {
        if (!fits)
        {
            throw new ArgumentException($"Expected {expected} in a size rule, found {found}.");
        }
    }

    /// <summary>Plans the resize of an image of <paramref name="width"/> x <paramref name="height"/> pixels.</summary>
    public abstract ResizePlan Plan(int width, int height);
}

/// <summary>The whole image, stretched to a fixed size; its aspect is not kept.</summary>
internal sealed record StretchRule(int Width, int Height) : SizeRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override (int Width, int Height)? TensorSize => (Width, Height);

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height) => ResizePlan.Whole(width, height, Width, Height);
}

/// <summary>
/// The whole image at its aspect inside a fixed size, the rest filled with <paramref name="Pad"/> (a pixel value).
/// </summary>
internal sealed record LetterboxRule(int Width, int Height, byte Pad = 114, bool Centered = true) : SizeRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override (int Width, int Height)? TensorSize => (Width, Height);

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height)
    {
        var scale = Math.Min((double)Width / width, (double)Height / height);
        var w = Math.Clamp((int)Math.Round(width * scale), 1, Width);
        var h = Math.Clamp((int)Math.Round(height * scale), 1, Height);
        return ResizePlan.Whole(width, height, w, h) with
        {
            TensorWidth = Width,
            TensorHeight = Height,
            OffsetX = Centered ? (Width - w) / 2 : 0,
            OffsetY = Centered ? (Height - h) / 2 : 0,
            PadPixel = Pad,
        };
    }
}

/// <summary>
/// The short side scaled to <paramref name="ShortSide"/>, then the middle <paramref name="Width"/> x
/// <paramref name="Height"/> cut out.
/// </summary>
/// <remarks>Sizes round half to even and the cut starts at the integer half of the margin, as PaddleClas does.</remarks>
internal sealed record ShortSideCropRule(int ShortSide, int Width, int Height) : SizeRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override (int Width, int Height)? TensorSize => (Width, Height);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ShortSide is >= 1 and <= LongestSide, $"a short side from 1 to {LongestSide}", $"{ShortSide}");
    }

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height)
    {
        var factor = (double)ShortSide / Math.Min(width, height);
        var w = Math.Max(Width, (int)Math.Round(width * factor, MidpointRounding.ToEven));
        var h = Math.Max(Height, (int)Math.Round(height * factor, MidpointRounding.ToEven));
        return ResizePlan.Whole(width, height, w, h) with
        {
            WindowX = (w - Width) / 2,
            WindowY = (h - Height) / 2,
            WindowWidth = Width,
            WindowHeight = Height,
            TensorWidth = Width,
            TensorHeight = Height,
        };
    }
}

/// <summary>
/// The middle square of <paramref name="Fraction"/> of the short side, stretched to <paramref name="Width"/> x
/// <paramref name="Height"/>.
/// </summary>
internal sealed record CenterCropRule(double Fraction, int Width, int Height) : SizeRule
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override (int Width, int Height)? TensorSize => (Width, Height);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Fraction is > 0 and <= 1, "a fraction above 0 and at most 1", $"{Fraction}");
    }

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height)
    {
        var side = Math.Max(1, (int)(Math.Min(width, height) * Fraction));
        return ResizePlan.Whole(side, side, Width, Height) with { SourceX = (width - side) / 2, SourceY = (height - side) / 2 };
    }
}

/// <summary>Which side <see cref="MultipleRule.Limit"/> speaks of.</summary>
internal enum SideLimit
{
    /// <summary>The short side is enlarged to the limit where it is shorter.</summary>
    Min,

    /// <summary>The long side is reduced to the limit where it is longer.</summary>
    Max,
}

/// <summary>
/// Scaled to a side limit, then both sides to the nearest multiple (half to even), at least one multiple: the rule of
/// fully convolutional networks such as DB text detection. <paramref name="MaxEnlargement"/> is the
/// largest factor of an enlargement; 0 sets no limit.
/// </summary>
internal sealed record MultipleRule(
    int Multiple, int Limit = 0, SideLimit Side = SideLimit.Max, int MaxSide = 4000, double MaxEnlargement = 0) : SizeRule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Multiple is >= 1 and <= 4096, "a multiple from 1 to 4096", $"{Multiple}");
        Require(Limit is >= 0 and <= LongestSide && MaxSide is >= 0 and <= 65_500, "limits that are not negative, and no more than an image's side", $"{Limit} and {MaxSide}");
    }

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height)
    {
        var ratio = 1.0;
        if (Limit > 0 && Side == SideLimit.Max && Math.Max(width, height) > Limit)
        {
            ratio = (double)Limit / Math.Max(width, height);
        }
        else if (Limit > 0 && Side == SideLimit.Min && Math.Min(width, height) < Limit)
        {
            ratio = (double)Limit / Math.Min(width, height);
        }

        if (MaxEnlargement > 0)
        {
            ratio = Math.Min(ratio, Math.Max(1, MaxEnlargement));
        }

        if (MaxSide > 0 && Math.Max(width, height) * ratio > MaxSide)
        {
            ratio = (double)MaxSide / Math.Max(width, height);
        }

        return ResizePlan.Whole(width, height, Round((int)(width * ratio)), Round((int)(height * ratio)));
    }

    private int Round(int side) => Math.Max((int)Math.Round((double)side / Multiple, MidpointRounding.ToEven) * Multiple, Multiple);
}

/// <summary>
/// Text lines: scaled to <paramref name="Height"/> at their aspect, the width rounded up; the tensor is at least
/// <paramref name="MinWidth"/> and at most <paramref name="MaxWidth"/> wide, and what the line does not cover is 0 after scaling.
/// </summary>
internal sealed record FixedHeightRule(int Height, int MinWidth, int MaxWidth) : SizeRule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Height is >= 1 and <= LongestSide, $"a height from 1 to {LongestSide}", $"{Height}");
        Require(MinWidth >= 1 && MinWidth <= MaxWidth && MaxWidth <= 65_500, "a minimum width from 1 to the maximum width, and a maximum width up to 65500", $"{MinWidth} and {MaxWidth}");
    }

    /// <inheritdoc/>
    public override ResizePlan Plan(int width, int height)
    {
        var content = Math.Clamp((int)Math.Ceiling((double)Height * width / height), 1, MaxWidth);
        return PlanFor(width, height, Math.Clamp(Math.Max((int)(Height * ((double)width / height)), MinWidth), MinWidth, MaxWidth), content);
    }

    /// <summary>Plans one line of a batch whose tensor is <paramref name="tensorWidth"/> wide.</summary>
    public ResizePlan PlanFor(int width, int height, int tensorWidth) =>
        PlanFor(width, height, tensorWidth, (int)Math.Ceiling((double)Height * width / height));

    private ResizePlan PlanFor(int width, int height, int tensorWidth, int content) =>
        ResizePlan.Whole(width, height, Math.Clamp(content, 1, tensorWidth), Height) with { TensorWidth = tensorWidth, TensorHeight = Height };
}
