using System.Text.Json;
using Microsoft.Extensions.AI;
using PPLCNet.Vision.Backbone.Networks;
using PPLCNet.Vision.Backbone.Networks.Shitu;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.VectorData;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Embedders;

public sealed class EmbedderTests
{
    private static readonly string[] _images = ["coffee.jpg", "cat.jpg", "rocket.jpg"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PixelBuffer Sample(string name) => ImageFile.Read(Path.Combine(RepositoryPaths.Samples, name));

    [Fact]
    public void Vectors_have_length_one_and_batches_give_the_same()
    {
        using var embedder = Embedder.Load(options: new EmbedderOptions { BatchSize = 2 });
        PixelBuffer[] images = [.. _images.Select(Sample)];
        var batch = embedder.Embed(images, cancellationToken: Token);
        for (var i = 0; i < images.Length; i++)
        {
            var one = embedder.Embed(images[i], cancellationToken: Token).Vector;
            Assert.Equal(embedder.Dimensions, one.Length);
            Assert.Equal(1, one.Sum(v => (double)v * v), 4);
            Assert.All(one.Zip(batch[i].Vector), p => Assert.Equal(p.First, p.Second, 1e-4f));
        }
    }

    [Fact]
    public void Whitening_shortens_vectors_evens_variances_and_survives_its_file()
    {
        var random = new Random(5);
        ReadOnlyMemory<float>[] vectors = [.. Enumerable.Range(0, 400).Select(_ =>
            (ReadOnlyMemory<float>)new[] { (float)(random.NextDouble() * 10), (float)(random.NextDouble() * 3), (float)random.NextDouble(), 1f })];
        var whitening = PcaWhitening.Fit(vectors, 3, power: 1);
        Assert.Equal((4, 3), (whitening.InputDimensions, whitening.OutputDimensions));
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            whitening.Save(path);
            var again = PcaWhitening.Load(path);
            Assert.Equal(whitening.Fingerprint, again.Fingerprint);
            Assert.All(vectors.Take(20), v => Assert.Equal(whitening.Apply(v.Span), again.Apply(v.Span)));
        }
        finally
        {
            File.Delete(path);
        }

        // Directions of whitened, normalised vectors are spread evenly over the three axes.
        var sums = new double[3];
        foreach (var v in vectors)
        {
            var w = whitening.Apply(v.Span);
            for (var k = 0; k < 3; k++)
            {
                sums[k] += w[k] * w[k];
            }
        }

        Assert.All(sums, s => Assert.InRange(s / vectors.Length, 0.23, 0.43));
        Assert.Throws<ArgumentException>(() => whitening.Apply(new float[3]));
        Assert.Throws<ArgumentException>(() => PcaWhitening.Fit(vectors[..1], 1));
    }

    [Fact]
    public async Task The_generator_of_microsoft_extensions_ai_gives_the_embedders_vectors()
    {
        using var embedder = Embedder.Load();
        using var generator = new ImageEmbeddingGenerator(embedder);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), Token);
        var made = await generator.GenerateAsync([new DataContent(bytes, "image/jpeg")], cancellationToken: Token);
        Assert.Equal(embedder.Embed(Sample("cat.jpg"), cancellationToken: Token).Vector, made[0].Vector.ToArray());
        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal((embedder.Name, embedder.Dimensions), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(embedder, generator.GetService(typeof(Embedder)));
        var noImage = new DataContent(new byte[] { 1, 2 }, "image/png");
        await Assert.ThrowsAsync<ImageException>(() => generator.GenerateAsync([noImage], cancellationToken: Token));
    }

    [Theory]
    [InlineData(1, "backbone.last_conv.weight")]
    [InlineData(2, "neck.feat_bn.weight")]
    public void Pp_shitu_networks_are_built_from_their_official_names(int version, string required)
    {
        var weights = WeightScope.Random();
        using var network = JsonDocument.Parse($$"""{ "kind": "pp-shitu", "version": {{version}} }""");
        var manifest = new ModelManifest
        {
            Name = $"shitu-v{version}",
            Task = "embedding",
            LabelFile = "is-not-here.txt", // vectors have no names, so nobody looks for it
            Preprocess = new Preprocess { Size = new StretchRule(224, 224), Mean = Preprocess.ImageNetMean, Std = Preprocess.ImageNetStd },
        };
        var request = new NetworkRequest(manifest.Name, network.RootElement) { Size = (224, 224) };
        var bytes = new ShituKind().Build(request, weights).ToBytes();
        Assert.Contains(required, weights.Taken.Select(t => t.Key));
        using var embedder = Embedder.Load(bytes, new EmbedderOptions { Manifest = manifest });
        Assert.Equal(512, embedder.Dimensions);
        Assert.Equal(1, embedder.Embed(Sample("cat.jpg"), cancellationToken: Token).Vector.Sum(v => (double)v * v), 4);
    }

    [Fact]
    public void An_unknown_version_is_refused()
    {
        using var network = JsonDocument.Parse("""{ "version": 3 }""");
        var request = new NetworkRequest("shitu", network.RootElement);
        var error = Assert.Throws<ModelFormatException>(() => new ShituKind().Build(request, WeightScope.Random()));
        Assert.Contains("version 1 or 2", error.Message);
    }
}
