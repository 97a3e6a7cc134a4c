namespace PPLCNet.Vision.Server.Models;

/// <summary>What tells one loaded predictor from another.</summary>
/// <param name="Task">The task that it serves.</param>
/// <param name="Name">Name of the model.</param>
/// <param name="Variant">How it was loaded, where a task has several ways.</param>
internal readonly record struct ModelKey(string Task, string Name, string Variant = "");
