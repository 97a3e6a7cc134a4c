namespace PPLCNet.Vision;

/// <summary>No model has this name, or its file is not on this machine; the message says where it was looked for.</summary>
public sealed class ModelNotFoundException : VisionException
{
    /// <summary>Describes what is missing.</summary>
    /// <param name="model">The name or path that was asked for.</param>
    /// <param name="message">What is missing, where it was looked for, and how to fix it.</param>
    public ModelNotFoundException(string model, string message)
        : base(message) => Model = model;

    /// <summary>The name or path that was asked for.</summary>
    public string Model { get; }
}
