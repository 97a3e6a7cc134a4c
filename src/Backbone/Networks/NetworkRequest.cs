using System.Text.Json;

namespace PPLCNet.Vision.Backbone.Networks;

/// <summary>What a manifest asks of a network in code.</summary>
/// <param name="Model">Name of the model, for messages.</param>
/// <param name="Settings">The manifest's <c>network</c> element.</param>
public sealed record NetworkRequest(string Model, JsonElement Settings)
{
    /// <summary>The manifest's labels; networks with one output per label take their number.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Size of the input where the manifest prepares every image to the same; null where sizes change.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Whether every run is one image of <see cref="Size"/>; some graphs are cheaper then.</summary>
    public bool OneImage { get; init; }

    /// <summary>The outputs to build, for networks with several heads; null for all.</summary>
    public IReadOnlySet<string>? Outputs { get; init; }

    /// <summary>The input that the graph needs: one image of the known size where that is settled, else any.</summary>
    public NetworkInput Input => OneImage && Size is var (width, height) ? new NetworkInput(height, width, 1) : NetworkInput.Any;

    /// <summary>The name of the kind of network; empty where the manifest names none.</summary>
    public string Kind => NetworkSettings.Text(Settings, "kind") ?? "";
}
