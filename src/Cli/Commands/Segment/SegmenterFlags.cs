using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Segment;

/// <summary>The flags that say how images are segmented, shared by <c>segment</c> and its evaluation.</summary>
internal sealed class SegmenterFlags(Command command)
{
    private const int SmallestSide = 32, MostWindowsOnAPixel = 16;

    private readonly Option<PixelSize?> _window = Size(command, "--window", "Cut images larger than this into overlapping windows.", SmallestSide);
    private readonly Option<PixelSize?> _step = Size(command, "--window-step", "Step from window to window; the default is two thirds of the window.", 1);
    private readonly Option<bool> _flip = command.Switch("--flip", "Run the mirrored image too and average.");
    private readonly Option<double[]> _scales = command
        .Flag<double[]>("--scales", "Run at these sizes relative to the model's and average, for example 0.75,1,1.25.", "S,S,...")
        .Default([1.0])
        .ReadAll("factors above 0, for example 0.75,1,1.25", texts =>
        {
            double?[] scales = [.. Numbers.Split(texts).Select(Numbers.Real)];
            var bad = Array.FindIndex(scales, s => s is not (> 0 and < 100));
            return bad < 0 ? ([.. scales.Select(s => s!.Value)], null) : ([], Numbers.Split(texts)[bad]);
        });

    /// <summary>Loads the segmenter that the flags describe.</summary>
    /// <exception cref="CliException">The step is so small that an image would be cut into a window at almost every
    /// pixel.</exception>
    public Segmenter Load(ParseResult parse, ModelSource model, RuntimeOptions runtime)
    {
        if (parse.GetValue(_step) is { } step && parse.GetValue(_window) is { } window
            && (step.Width * (long)MostWindowsOnAPixel < window.Width || step.Height * (long)MostWindowsOnAPixel < window.Height))
        {
            throw CliException.Usage($"--window-step must be at least 1/{MostWindowsOnAPixel} of --window; found {step} for {window}.");
        }

        var options = new SegmentationOptions
        {
            Window = parse.GetValue(_window),
            WindowStep = parse.GetValue(_step),
            Flip = parse.GetValue(_flip),
            Scales = parse.GetValue(_scales)!,
        };
        using var segmenter = Segmenter.Load(model, new SegmenterOptions { Runtime = runtime, AnySize = options.Scales is not [1.0] });
        return segmenter.With(options);
    }

    private static Option<PixelSize?> Size(Command command, string name, string description, int smallest) => command
        .Flag<PixelSize?>(name, description, "WxH")
        .Read($"WxH in pixels with sides of at least {smallest}, for example 480x360", text =>
            PixelSize.TryParse(text, out var size) && size.Width >= smallest && size.Height >= smallest ? size : null);
}
