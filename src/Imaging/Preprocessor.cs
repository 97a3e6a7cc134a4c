using OpenCvSharp;
using PPLCNet.Vision.Imaging.Resampling;

namespace PPLCNet.Vision.Imaging;

/// <summary>
/// Carries out a <see cref="Preprocess"/>: pixels to a float tensor in CHW order. Immutable and safe to share between
/// threads.
/// </summary>
internal sealed class Preprocessor
{
    private readonly FusedResampler _resampler;

    /// <summary>Prepares for one model's preprocessing.</summary>
    /// <exception cref="ArgumentException">The values are invalid.</exception>
    public Preprocessor(Preprocess spec)
        : this(spec, null)
    {
    }

    internal Preprocessor(Preprocess spec, SimdLevel? level)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        Spec = spec;
        _resampler = new FusedResampler(spec, spec.Interpolation == Interpolation.Bicubic, level);
    }

    /// <summary>What is carried out.</summary>
    public Preprocess Spec { get; }

    /// <summary>Plans the resize of an image of this size.</summary>
    public ResizePlan Plan(int width, int height) => Spec.Size.Plan(width, height);

    /// <summary>Writes one image's tensor.</summary>
    /// <param name="pixels">The image, any format.</param>
    /// <param name="plan">From <see cref="Plan"/>, for this image's size.</param>
    /// <param name="tensor">Receives 3 * TensorHeight * TensorWidth values, channel after channel.</param>
    /// <exception cref="ArgumentException"><paramref name="tensor"/> has another length, or the plan is one for another
    /// size.</exception>
    public void Run(PixelView pixels, in ResizePlan plan, Span<float> tensor)
    {
        var length = 3 * plan.TensorWidth * plan.TensorHeight;
        if (tensor.Length != length)
        {
            throw new ArgumentException($"Expected {length} values, found {tensor.Length}.", nameof(tensor));
        }

        if (plan.WindowX + plan.WindowWidth > plan.ResizedWidth || plan.WindowY + plan.WindowHeight > plan.ResizedHeight
            || plan.OffsetX + plan.WindowWidth > plan.TensorWidth || plan.OffsetY + plan.WindowHeight > plan.TensorHeight
            || plan.WindowX < 0 || plan.WindowY < 0 || plan.OffsetX < 0 || plan.OffsetY < 0)
        {
            throw new ArgumentException($"The window {plan.WindowWidth}x{plan.WindowHeight} does not lie inside the resized image and the tensor.", nameof(plan));
        }

        if (Spec.Interpolation is Interpolation.Bilinear or Interpolation.Bicubic)
        {
            _resampler.Run(pixels, plan, tensor);
        }
        else
        {
            RunResized(pixels, plan, tensor);
        }
    }

    /// <summary>The image is scaled as a whole; the kernel then takes the pixels as they are.</summary>
    private unsafe void RunResized(PixelView pixels, in ResizePlan plan, Span<float> tensor)
    {
        var region = pixels.Crop(plan.SourceX, plan.SourceY, plan.SourceWidth, plan.SourceHeight);
        var taken = plan with { SourceX = 0, SourceY = 0, SourceWidth = plan.ResizedWidth, SourceHeight = plan.ResizedHeight };
        if (Spec.Interpolation == Interpolation.BicubicAntialiased)
        {
            _resampler.Run(AntialiasedResizer.Run(region, plan.ResizedWidth, plan.ResizedHeight), taken, tensor);
            return;
        }

        using var resized = new Mat();
        OpenCvResizer.Run(region, plan.ResizedWidth, plan.ResizedHeight, Spec.Interpolation, resized);
        var stride = (int)resized.Step();
        var data = new ReadOnlySpan<byte>(resized.DataPointer, stride * resized.Rows);
        var view = new PixelView(data, plan.ResizedWidth, plan.ResizedHeight, stride, pixels.Format);
        _resampler.Run(view, taken, tensor);
    }
}
