using PPLCNet.Vision.Runtime.Embedding;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>An image on its way into a gallery; it gets id and label where it is stored.</summary>
internal sealed record IndexedImage(EmbeddingResult Embedding) : IPrediction<IndexedImage>
{
    public StageTimings Timings => Embedding.Timings;

    public long Id { get; set; }

    public string Label { get; set; } = "";

    public IndexedImage WithTimings(StageTimings timings) => this with { Embedding = Embedding.WithTimings(timings) };
}
