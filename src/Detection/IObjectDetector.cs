using PPLCNet.Vision.Imaging;

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

    /// <summary>Finds the objects of an image, best score first.</summary>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">Thresholds and classes; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="ImageException">It is not an image.</exception>
    /// <exception cref="ArgumentException">An option is out of range or names a class that the model does not have.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Detections Detect(ImageSource image, DetectionOptions? options = null, CancellationToken cancellationToken = default);
}
