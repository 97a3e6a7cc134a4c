using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Playwright;

namespace PPLCNet.Vision.Tests.Server.Page;

/// <summary>The machine's chromium, started once. Without it, tests of the page are skipped.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    private static readonly string _chromium = Environment.GetEnvironmentVariable("PPLCNET_CHROMIUM") ?? "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        var metadata = typeof(PageBrowser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var package = metadata.Single(a => a.Key == "PlaywrightPackage").Value;
        if (!File.Exists(_chromium) || !Directory.Exists(Path.Combine(package!, ".playwright")))
        {
            return;
        }

        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = _chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens the page of a server in a window of its own.</summary>
    internal async Task<OpenPage> OpenAsync(RunningServer server, string hash = "", BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(
            _browser is null,
            $"There is no chromium at {_chromium} (PPLCNET_CHROMIUM names another), or no package Microsoft.Playwright.");
        var context = await _browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        var origin = server.Address.GetLeftPart(UriPartial.Authority);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"], new() { Origin = origin });
        context.SetDefaultTimeout(120_000);
        var page = new OpenPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(server.Address + hash);
        return page;
    }
}

/// <summary>A page with what it asked for and what went wrong in it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    public OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("/v1/", StringComparison.Ordinal))
            {
                Asked.Enqueue(request.Url);
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _errors.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Addresses of the API that were asked, in their order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ILocator this[string selector] => Page.Locator(selector);

    public Task ChooseAsync(params string[] samples) =>
        Page.SetInputFilesAsync("#file", samples.Select(s => Path.Combine(RepositoryPaths.Samples, s)));

    public async Task ShowsAsync(string selector, string text) =>
        await Assertions.Expect(this[selector]).ToContainTextAsync(text, new() { Timeout = 120_000 });

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }
}
