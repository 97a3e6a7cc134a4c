using System.Text.Json;
using PPLCNet.Vision.Cli.Inputs;
using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// One command at work with its model loaded. The runner decodes, calls <see cref="Run"/> (then <see cref="Save"/> and
/// <see cref="Draw"/>) on several threads at once, and <see cref="WriteJson"/>, <see cref="WriteText"/> and
/// <see cref="Accept"/> on one thread in the order of the inputs.
/// </summary>
/// <typeparam name="T">What the task finds in one image.</typeparam>
internal abstract class ImageJob<T> : IDisposable
{
    /// <summary>Finds out about one image. Thread-safe.</summary>
    public abstract ImageResult<T> Run(PixelBuffer image, CancellationToken cancellationToken);

    /// <summary>Writes the task's own fields of the JSON object; file, size and times are there already.</summary>
    public abstract void WriteJson(Utf8JsonWriter json, T value);

    /// <summary>Tells people, in a line or a few, with <c>Terminal.Line</c> or a table.</summary>
    public abstract void WriteText(ImageAnswer<T> answer);

    /// <summary>Draws the answer for <c>--draw</c>. Thread-safe; may draw on <paramref name="image"/> itself.</summary>
    public virtual PixelBuffer Draw(PixelBuffer image, T value) => image;

    /// <summary>Writes files of this input, such as label maps. Thread-safe.</summary>
    public virtual void Save(InputItem input, PixelBuffer image, T value)
    {
    }

    /// <summary>Collects answers for <see cref="Complete"/>.</summary>
    public virtual void Accept(ImageAnswer<T> answer)
    {
    }

    /// <summary>Collects an answer of an earlier run from its JSON object, with <c>--resume</c>.</summary>
    public virtual void Restore(JsonElement answer)
    {
    }

    /// <summary>Whether <see cref="Complete"/> writes a file, which must not be missing after a success.</summary>
    public virtual bool HasProduct => false;

    /// <summary>
    /// Writes what covers all inputs (a COCO file, a matrix); called once, also after Ctrl-C, but not where there were no
    /// inputs or every input failed.
    /// </summary>
    public virtual void Complete()
    {
    }

    /// <summary>Frees the model.</summary>
    public abstract void Dispose();
}
