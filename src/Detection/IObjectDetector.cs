using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>Finds objects in images. Implementations are thread-safe.</summary>
public interface IObjectDetector : IDisposable
{
    /// <summary>Name of the model.</summary>
    string Name { get; }

    /// <summary>Class names by index.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Category id of each class in the data set the model was trained on.</summary>
    IReadOnlyList<int> CategoryIds { get; }

    /// <summary>Finds the objects of an image, best score first, and tells where the time went.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Detections Detect(PixelView image, out StageTimings timings, CancellationToken cancellationToken = default);

    /// <summary>Finds the objects of an image, best score first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Detections Detect(PixelView image, CancellationToken cancellationToken = default) => Detect(image, out _, cancellationToken);
}
