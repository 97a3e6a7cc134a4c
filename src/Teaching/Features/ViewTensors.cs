using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Teaching.Features;

/// <summary>Writes views of an image as input tensors. Immutable and safe to share between threads.</summary>
internal sealed class ViewTensors(Preprocess preprocess)
{
    private readonly Preprocessor _preprocessor = new(preprocess);

    /// <summary>Writes one view.</summary>
    /// <param name="image">The whole image.</param>
    /// <param name="view">The view.</param>
    /// <param name="tensor">Receives 3 * height * width values.</param>
    public void Write(PixelView image, ImageView view, Span<float> tensor)
    {
        var x = Math.Min((int)(view.X * image.Width), image.Width - 1);
        var y = Math.Min((int)(view.Y * image.Height), image.Height - 1);
        var part = image.Crop(
            x, y, Math.Clamp((int)(view.Side * image.Width), 1, image.Width - x), Math.Clamp((int)(view.Side * image.Height), 1, image.Height - y));
        var plan = _preprocessor.Plan(part.Width, part.Height);
        _preprocessor.Run(part, plan, tensor);
        if (view.Mirror)
        {
            for (var row = 0; row < tensor.Length; row += plan.TensorWidth)
            {
                tensor.Slice(row, plan.TensorWidth).Reverse();
            }
        }

        if (view.Gain != 1)
        {
            Relight(tensor, view.Gain);
        }
    }

    /// <summary>Multiplies the pixels that lie behind the values, and clips them at white.</summary>
    private void Relight(Span<float> tensor, float gain)
    {
        var plane = tensor.Length / 3;
        for (var c = 0; c < 3; c++)
        {
            var (mean, std) = (preprocess.Mean[c], preprocess.Std[c]);
            var white = ((255 * preprocess.Scale) - mean) / std;
            foreach (ref var value in tensor.Slice(c * plane, plane))
            {
                value = Math.Min(white, ((gain * ((value * std) + mean)) - mean) / std);
            }
        }
    }
}
