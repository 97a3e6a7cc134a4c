using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Runtime;

public class SessionLeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_disposed_predictor_refuses_calls()
    {
        var classifier = Classifier.Load("pplcnet-x1.0-doc-ori");
        classifier.Dispose();
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(Page(), cancellationToken: Token));
    }

    [Fact]
    public void Disposing_while_others_run_is_safe()
    {
        // Use after free would end the process, so the assertion is that every call either answers or refuses.
        for (var round = 0; round < 5; round++)
        {
            var classifier = Classifier.Load("pplcnet-x1.0-doc-ori");
            var page = Page();
            var expected = classifier.Classify(page, cancellationToken: Token)[0];
            var (answered, refused) = (0, 0);
            var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                try
                {
                    while (true)
                    {
                        Assert.Equal(expected, classifier.Classify(page, cancellationToken: Token)[0]);
                        Interlocked.Increment(ref answered);
                    }
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref refused);
                }
            })).ToList();
            threads.ForEach(t => t.Start());
            SpinWait.SpinUntil(() => Volatile.Read(ref answered) >= 4);
            classifier.Dispose();
            threads.ForEach(t => t.Join());
            Assert.Equal(4, refused);
        }
    }

    [Fact]
    public void A_view_outlives_the_predictor_it_was_made_from()
    {
        var classifier = Classifier.Load("pplcnet-x1.0-doc-ori");
        using var one = classifier.With(new ClassificationOptions { Top = 1 });
        Assert.Equal(4, classifier.Classify(Page(), cancellationToken: Token).Count);
        classifier.Dispose();
        Assert.Single(one.Classify(Page(), cancellationToken: Token));
        Assert.Equal(2, one.Classify(Page(), new ClassificationOptions { Top = 2 }, Token).Count);
        Assert.Throws<ObjectDisposedException>(() => classifier.With(ClassificationOptions.Default));
    }

    private static PixelBuffer Page() => ImageFile.Read(Path.Combine(RepositoryPaths.Samples, "page.png"));
}
