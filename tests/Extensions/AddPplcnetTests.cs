using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Extensions;
using PPLCNet.Vision.Ocr;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Segmentation;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Extensions;

/// <summary>Predictors as services of a real provider.</summary>
public sealed class AddPplcnetTests
{
    private static string Photo => Path.Combine(RepositoryPaths.Samples, "page.png");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_task_is_one_line()
    {
        var services = new ServiceCollection();
        services.AddPplcnet().AddDetector().AddSegmenter().AddClassifier().AddEmbedder().AddOcr();
        using var provider = services.BuildServiceProvider();

        var detector = provider.GetRequiredService<Detector>();
        Assert.Equal(Detector.DefaultModel, detector.Name);
        Assert.Same(detector, provider.GetRequiredService<IObjectDetector>());
        Assert.Equal(Segmenter.DefaultModel, provider.GetRequiredService<Segmenter>().Name);
        Assert.Equal(Classifier.DefaultModel, provider.GetRequiredService<Classifier>().Name);
        Assert.Equal(512, provider.GetRequiredService<Embedder>().Dimensions);
        Assert.NotEmpty(provider.GetRequiredService<OcrEngine>().Read(Photo, cancellationToken: Stop).Lines);
    }

    [Fact]
    public void A_model_loads_once_when_it_is_first_resolved()
    {
        var logs = new RecordingLoggers();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(logs);
        services.AddPplcnet().AddClassifier();
        using var provider = services.BuildServiceProvider();
        Assert.Empty(logs.Lines);

        Classifier? seen = null;
        Parallel.For(0, 8, _ =>
        {
            using var scope = provider.CreateScope();
            var classifier = scope.ServiceProvider.GetRequiredService<Classifier>();
            Assert.Same(classifier, Interlocked.CompareExchange(ref seen, classifier, null) ?? classifier);
        });
        var (level, message) = Assert.Single(logs.Lines);
        Assert.Equal(LogLevel.Information, level);
        Assert.Matches($"^Loaded the classifier with the model '{Classifier.DefaultModel}' in [0-9]+ ms\\.$", message);
    }

    [Fact]
    public void Predictors_are_disposed_with_the_provider()
    {
        var services = new ServiceCollection();
        services.AddPplcnet()
            .AddClassifier(configure: o => o.Defaults = new ClassificationOptions { Top = 2 })
            .AddDetector(key: "a");
        Classifier classifier;
        Detector detector;
        using (var provider = services.BuildServiceProvider())
        {
            classifier = provider.GetRequiredService<Classifier>();
            detector = provider.GetRequiredKeyedService<Detector>("a");
            Assert.Same(detector, provider.GetRequiredKeyedService<IObjectDetector>("a"));
            Assert.Equal(2, classifier.Classify(Photo, cancellationToken: Stop).Count);
        }

        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(Photo, cancellationToken: Stop));
        Assert.Throws<ObjectDisposedException>(() => detector.Detect(Photo, cancellationToken: Stop));
    }

    [Fact]
    public void Several_models_have_keys()
    {
        var services = new ServiceCollection();
        services.AddPplcnet()
            .AddDetector()
            .AddDetector(Detector.LayoutModel, "pages", o => o.Defaults = new DetectionOptions { ScoreThreshold = 0.6f });
        services.AddSingleton<Reader>();
        using var provider = services.BuildServiceProvider();

        var reader = provider.GetRequiredService<Reader>();
        Assert.Equal(Detector.DefaultModel, reader.Objects.Name);
        Assert.Equal(Detector.LayoutModel, reader.Pages.Name);
        Assert.Equal(0.6f, reader.Pages.Defaults.ScoreThreshold);
        Assert.Null(reader.Objects.Defaults.ScoreThreshold);
        Assert.Null(provider.GetKeyedService<Detector>("none"));
    }

    [Fact]
    public void A_key_is_used_once()
    {
        var builder = new ServiceCollection().AddPplcnet().AddDetector().AddDetector(key: "b");
        Assert.Equal(
            "The detector without a key was added already; give the second one a key.",
            Assert.Throws<InvalidOperationException>(() => builder.AddDetector()).Message);
        Assert.Equal(
            "The detector with the key 'b' was added already; give each one a key of its own.",
            Assert.Throws<InvalidOperationException>(() => builder.AddDetector(key: "b")).Message);
        Assert.Throws<ArgumentException>(() => builder.AddDetector(key: " "));
    }

    [Fact]
    public void Shared_options_reach_every_model_and_own_options_replace_them()
    {
        var empty = new ModelCatalog([], []);
        var services = new ServiceCollection();
        services.AddPplcnet(o => o.Load = new ModelOptions { Catalog = empty })
            .AddClassifier()
            .AddDetector(configure: o => o.Load = new ModelOptions());
        using var provider = services.BuildServiceProvider();
        Assert.Throws<ModelNotFoundException>(() => provider.GetRequiredService<Classifier>());
        Assert.Equal(Detector.DefaultModel, provider.GetRequiredService<Detector>().Name);
    }

    [Fact]
    public void A_missing_model_is_logged_with_the_remedy()
    {
        var logs = new RecordingLoggers();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(logs);
        var classifier = ModelCatalog.Default.Models.First(m => m.Name == Classifier.DefaultModel);
        services.AddPplcnet(o => o.Load = new ModelOptions { Catalog = new ModelCatalog([classifier], ["/nowhere"]) })
            .AddClassifier(key: "photos");
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<ModelNotFoundException>(() => provider.GetRequiredKeyedService<Classifier>("photos"));
        var (level, message) = Assert.Single(logs.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.Equal($"The model '{Classifier.DefaultModel}' of the classifier 'photos' was not found. {error.Message}", message);
        Assert.Matches("set PPLCNET_MODELS|models pull", message);
    }

    [Fact]
    public void A_slow_load_is_a_warning()
    {
        var logs = new RecordingLoggers();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(logs);
        services.AddPplcnet(o => o.SlowLoad = TimeSpan.FromTicks(1)).AddClassifier();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<Classifier>();
        var (level, message) = Assert.Single(logs.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.EndsWith("resolve it at startup.", message);
    }

    [Theory]
    [InlineData("", null, "The classifier 'k': Model: expected a model name, the path of a file or null; found ''.")]
    [InlineData(null, 0, "The classifier 'k': Defaults: ")]
    public void Wrong_options_are_told_before_a_model_loads(string? model, int? top, string expected)
    {
        var services = new ServiceCollection();
        services.AddPplcnet().AddClassifier().AddClassifier(
            model, "k", o => o.Defaults = top is { } t ? new ClassificationOptions { Top = t } : null);
        using var provider = services.BuildServiceProvider();
        var resolved = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<Classifier>("k"));
        Assert.StartsWith(expected, resolved.Message);
        var started = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);
        Assert.StartsWith(expected, started.Message);
        Assert.Equal(Classifier.DefaultModel, provider.GetRequiredService<Classifier>().Name);
    }

    [Fact]
    public void Wrong_options_of_every_kind_are_told()
    {
        var services = new ServiceCollection();
        services.AddPplcnet(o =>
            {
                o.Load = new ModelOptions { BatchSize = 0 };
                o.SlowLoad = TimeSpan.Zero;
            })
            .AddDetector(configure: o => o.Defaults = new DetectionOptions { ScoreThreshold = 7 })
            .AddSegmenter(configure: o => o.Defaults = new SegmentationOptions { Scales = [] })
            .AddEmbedder(configure: o => o.Load = new EmbedderOptions { Runtime = new RuntimeOptions { Threads = 0 } })
            .AddOcr(configure: o => o.Defaults = new OcrOptions { MinScore = -1 });
        using var provider = services.BuildServiceProvider();
        string Message<T>()
            where T : notnull => Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<T>()).Message;

        Assert.StartsWith("The detector: Defaults: ", Message<Detector>());
        Assert.StartsWith("The segmenter: Defaults: Expected scales above 0", Message<Segmenter>());
        Assert.StartsWith("The embedder: Load: ", Message<Embedder>());
        Assert.StartsWith("The OCR engine: Defaults: Expected 0 to 1.", Message<OcrEngine>());
        var shared = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IOptions<PplcnetOptions>>().Value);
        Assert.Contains("PplcnetOptions.Load: ", shared.Message, StringComparison.Ordinal);
        Assert.Contains(
            "PplcnetOptions.SlowLoad: expected a time above zero; found 00:00:00.", shared.Message, StringComparison.Ordinal);
    }

    private sealed class Reader(Detector objects, [FromKeyedServices("pages")] Detector pages)
    {
        public Detector Objects { get; } = objects;

        public Detector Pages { get; } = pages;
    }
}
