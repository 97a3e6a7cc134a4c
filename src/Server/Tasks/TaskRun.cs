using PPLCNet.Vision.Imaging;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>A task with its options read and its models at hand; answers any number of images, from any thread.</summary>
/// <param name="model">Name of the model, for logs and metrics.</param>
/// <param name="run">Answers one image.</param>
/// <param name="leases">What is given back at the end.</param>
internal sealed class TaskRun(string model, Func<PixelBuffer, CancellationToken, TaskAnswer> run, params IDisposable?[] leases) : IDisposable
{
    /// <summary>Name of the model.</summary>
    public string Model { get; } = model;

    /// <summary>Answers one image.</summary>
    public TaskAnswer Run(PixelBuffer image, CancellationToken cancellationToken) => run(image, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lease in leases)
        {
            lease?.Dispose();
        }
    }
}
