using OpenCvSharp;

namespace PPLCNet.Vision.Backbone.Imaging;

/// <summary>Carries out a <see cref="Preprocess"/>: pixels to a float tensor in CHW order. Immutable and safe to share between threads.</summary>
public sealed class Preprocessor
{
    /// <summary>Prepares for one model's preprocessing.</summary>
    /// <exception cref="ArgumentException">The values make no sense.</exception>
    public Preprocessor(Preprocess spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        Spec = spec;
    }

    /// <summary>What is carried out.</summary>
    public Preprocess Spec { get; }

    /// <summary>Plans the resize of a picture of this size.</summary>
    public ResizePlan Plan(int width, int height) => Spec.Size.Plan(width, height);

    /// <summary>Writes one picture's tensor.</summary>
    /// <param name="pixels">The picture, any format.</param>
    /// <param name="plan">From <see cref="Plan"/>, for this picture's size.</param>
    /// <param name="tensor">Receives 3 * TensorHeight * TensorWidth values, channel after channel.</param>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length.</exception>
    public void Run(PixelView pixels, in ResizePlan plan, Span<float> tensor)
    {
        var plane = plan.TensorWidth * plan.TensorHeight;
        if (tensor.Length != 3 * plane)
        {
            throw new ArgumentException($"Expected {3 * plane} values, found {tensor.Length}.", nameof(tensor));
        }

        var region = pixels.Crop(plan.SourceX, plan.SourceY, plan.SourceWidth, plan.SourceHeight);
        using var source = region.ToMat();
        using var resized = new Mat();
        Cv2.Resize(source, resized, new Size(plan.ResizedWidth, plan.ResizedHeight), 0, 0, Spec.Interpolation switch
        {
            Interpolation.Bicubic => InterpolationFlags.Cubic,
            Interpolation.Area => InterpolationFlags.Area,
            Interpolation.Lanczos => InterpolationFlags.Lanczos4,
            _ => InterpolationFlags.Linear,
        });
        var (red, green, blue) = pixels.Format.ChannelOffsets();
        ReadOnlySpan<int> offsets = Spec.Channels == ChannelOrder.Rgb ? [red, green, blue] : [blue, green, red];
        var view = resized.ToPixelBuffer();
        for (var c = 0; c < 3; c++)
        {
            var factor = Spec.Scale / Spec.Std[c];
            var shift = Spec.Mean[c] / Spec.Std[c];
            var target = tensor.Slice(c * plane, plane);
            target.Fill(plan.PadPixel is { } pad ? (pad * factor) - shift : 0f);
            var step = pixels.Format.BytesPerPixel();
            for (var y = 0; y < plan.WindowHeight; y++)
            {
                var row = view.Row(y + plan.WindowY);
                var to = target.Slice(((y + plan.OffsetY) * plan.TensorWidth) + plan.OffsetX, plan.WindowWidth);
                for (var x = 0; x < to.Length; x++)
                {
                    to[x] = (row[((x + plan.WindowX) * step) + offsets[c]] * factor) - shift;
                }
            }
        }
    }
}
