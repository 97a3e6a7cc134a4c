using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Segmentation;

namespace PPLCNet.Vision.Cli.Commands.Segment;

/// <summary>The flags that say how images are segmented, shared by <c>segment</c> and its evaluation.</summary>
internal sealed class SegmenterFlags
{
    private const int SmallestSide = 32, MostWindowsOnAPixel = 16;

    private readonly Option<PixelSize?> _window = Size("--window", "Cut images larger than this into overlapping windows.", SmallestSide);
    private readonly Option<PixelSize?> _step = Size("--window-step", "Step from window to window; the default is two thirds of the window.", 1);
    private readonly Option<bool> _flip = new("--flip") { Description = "Run the mirrored image too and average." };
    private readonly Option<double[]> _scales = new("--scales")
    {
        Description = "Run at these sizes relative to the model's and average, for example 0.75,1,1.25.",
        HelpName = "S,S,...",
        CustomParser = ParseScales,
        DefaultValueFactory = _ => [1.0],
    };

    /// <summary>Adds the flags.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_window);
        command.Options.Add(_step);
        command.Options.Add(_flip);
        command.Options.Add(_scales);
    }

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

    private static Option<PixelSize?> Size(string name, string description, int smallest) => new(name)
    {
        Description = description,
        HelpName = "WxH",
        CustomParser = argument =>
        {
            var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
            if (PixelSize.TryParse(text, out var size) && size.Width >= smallest && size.Height >= smallest)
            {
                return size;
            }

            argument.AddError($"{name} takes WxH in pixels with sides of at least {smallest}, for example 480x360; found '{text}'.");
            return null;
        },
    };

    private static double[] ParseScales(ArgumentResult argument)
    {
        var scales = new List<double>();
        foreach (var text in argument.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) || scale is not (> 0 and < 100))
            {
                argument.AddError($"--scales takes factors above 0, for example 0.75,1,1.25; found '{text}'.");
                break;
            }

            scales.Add(scale);
        }

        return [.. scales];
    }
}
