using PPLCNet.Vision.Backbone.Imaging;
using PPLCNet.Vision.Backbone.Runtime;

namespace PPLCNet.Vision.Detection;

/// <summary>Finds objects in pictures. Implementations are thread-safe.</summary>
public interface IObjectDetector : IDisposable
{
    /// <summary>Name of the model.</summary>
    string Name { get; }

    /// <summary>Class names by index.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Category id of each class in the data set the model was trained on.</summary>
    IReadOnlyList<int> CategoryIds { get; }

    /// <summary>Finds the objects of a picture, best score first, and tells where the time went.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Detections Detect(PixelView picture, out StageTimings timings, CancellationToken cancellationToken = default);

    /// <summary>Finds the objects of a picture, best score first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Detections Detect(PixelView picture, CancellationToken cancellationToken = default) => Detect(picture, out _, cancellationToken);
}
