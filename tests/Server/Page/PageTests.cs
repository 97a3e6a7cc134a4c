using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Tests.Server.Page;

public sealed class PageTests(PageBrowser browser, SharedServer shared) : IClassFixture<PageBrowser>
{
    private const string Visible = "#answer li";

    private const string Clipboard = "navigator.clipboard.readText()";
    private const string SelectAll =
        "getSelection().selectAllChildren(document.getElementById('words')), getSelection().toString()";

    private static LocatorAssertionsToHaveCountOptions Patient => new() { Timeout = 120_000 };

    [Theory]
    [InlineData("text", "page.png", Visible, "Region-based segmentation")]
    [InlineData("objects", "motorcycle.jpg", Visible, "motorcycle")]
    [InlineData("mask", "temple.jpg", "#answer", "sky")]
    [InlineData("classes", "coffee.jpg", "#answer", "espresso")]
    [InlineData("analyse", "cat.jpg", "#answer", "Shares of the area")]
    public async Task Every_task_shows_its_answer(string task, string sample, string selector, string expected)
    {
        await using var page = await browser.OpenAsync(shared.Server);
        await page.ChooseAsync(sample);
        await page[$"#tab-{task}"].ClickAsync();
        await page.ShowsAsync($"{selector} >> nth=0", expected);
        await page.ShowsAsync("#timing", "run");
        await Assertions.Expect(page["#mask"]).ToBeVisibleAsync(new() { Visible = task == "mask" });
        Assert.Equal(task is "text" or "objects" or "analyse", await page["#overlay polygon"].CountAsync() > 0);
    }

    [Theory]
    [InlineData("paste")]
    [InlineData("drop")]
    [InlineData("example")]
    public async Task Images_come_in(string way)
    {
        await using var page = await browser.OpenAsync(shared.Server, "#task=objects");
        switch (way)
        {
            case "paste":
                await page.Page.EvaluateAsync("""
                    async () => {
                      const image = await createImageBitmap(await (await fetch('ui/motorcycle.jpg')).blob());
                      const canvas = new OffscreenCanvas(image.width, image.height);
                      canvas.getContext('2d').drawImage(image, 0, 0);
                      await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
                    }
                    """);
                await page.Page.Keyboard.PressAsync("Control+v");
                break;
            case "drop":
                await page.Page.EvaluateAsync("""
                    async () => {
                      const data = new DataTransfer();
                      const image = await (await fetch('ui/motorcycle.jpg')).blob();
                      data.items.add(new File([image], 'motorcycle.jpg', { type: 'image/jpeg' }));
                      const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
                      document.getElementById('well').dispatchEvent(drop);
                    }
                    """);
                break;
            default:
                await page["[data-example='motorcycle.jpg']"].ClickAsync();
                break;
        }

        await page.ShowsAsync("#answer", "motorcycle");
        await page.ShowsAsync("#caption", "741 × 500");
    }

    [Fact]
    public async Task Sliders_and_check_boxes_ask_for_nothing()
    {
        await using var page = await browser.OpenAsync(shared.Server, "#task=objects");
        await page.ChooseAsync("coffee.jpg");
        await page.ShowsAsync("#answer h2", "objects");
        var (few, asked) = (await page[Visible].CountAsync(), page.Asked.Count);
        await page["#threshold"].FillAsync("0.1");
        var many = await page[Visible].CountAsync();
        Assert.True(many > few, $"{few} objects at first, {many} at a lower threshold");
        Assert.Equal(many, await page["#overlay polygon"].CountAsync());
        await page[".checks input"].Nth(1).UncheckAsync();
        Assert.True(await page[Visible].CountAsync() < many);
        await page["#request summary"].ClickAsync();
        await page.ShowsAsync("#snippet", "/v1/detect?score=0.1");
        Assert.Equal(1, page.Asked.Count(url => url.Contains("/v1/detect", StringComparison.Ordinal)));
        Assert.Equal(asked, page.Asked.Count);
        Assert.Contains("threshold=0.1", page.Page.Url, StringComparison.Ordinal);

        // What is left in the browser is what the server gives for the same threshold.
        var answer = await shared.Client.AskAsync("/v1/detect?score=0.1&max=300", Requests.Raw(Requests.Sample("coffee.jpg")));
        Assert.Equal(answer["detections"]!.AsArray().Count, many);
    }

    [Fact]
    public async Task Keys_and_the_pointer_join_list_and_image()
    {
        await using var page = await browser.OpenAsync(shared.Server);
        await page.ChooseAsync("page.png");
        await page.ShowsAsync("#answer h2", "lines");
        var keyboard = page.Page.Keyboard;
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("k");
        await Assertions.Expect(page["#overlay polygon.on"]).ToHaveAttributeAsync("aria-label", "Region-based segmentation");
        await keyboard.PressAsync("c");
        await page.ShowsAsync("#toast", "copied");
        Assert.Equal("Region-based segmentation", await page.Page.EvaluateAsync<string>(Clipboard));
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(page["#overlay polygon.on"]).ToHaveCountAsync(0);
        await page[Visible].Nth(2).HoverAsync();
        await Assertions.Expect(page["#overlay polygon.on"]).ToHaveCountAsync(1);
        await page["#words div"].First.HoverAsync();
        await Assertions.Expect(page[Visible + ".on"]).ToContainTextAsync("Region-based");
        await page["#copy-all"].ClickAsync();
        var copied = await page.Page.EvaluateAsync<string>(Clipboard);
        Assert.StartsWith("Region-based segmentation\n", copied, StringComparison.Ordinal);
        var selected = await page.Page.EvaluateAsync<string>(SelectAll);
        Assert.StartsWith("Region-based segmentation\n", selected, StringComparison.Ordinal);
        await keyboard.PressAsync("?");
        await Assertions.Expect(page["#help"]).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await keyboard.PressAsync("2");
        await Assertions.Expect(page["#tab-objects"]).ToHaveAttributeAsync("aria-selected", "true");
    }

    [Theory]
    [InlineData(ColorScheme.Light, false)]
    [InlineData(ColorScheme.Dark, true)]
    public async Task A_phone_needs_no_scrolling_sideways_in_either_theme(ColorScheme scheme, bool dark)
    {
        await using var page = await browser.OpenAsync(shared.Server, options: new()
        {
            ViewportSize = new() { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true, ColorScheme = scheme,
        });
        await page.ChooseAsync("page.png");
        foreach (var task in (string[])["text", "objects", "mask", "classes", "search", "analyse"])
        {
            await page[$"#tab-{task}"].ClickAsync();
            await Assertions.Expect(page["#answer > *"].First).ToBeVisibleAsync(new() { Timeout = 120_000 });
            var width = await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= 360, $"{task}: {width} pixels");
        }

        await Assertions.Expect(page["#photo"]).ToBeVisibleAsync();
        var ground = await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(dark, Regex.Matches(ground, @"\d+").Take(3).All(m => int.Parse(m.Value, null) < 80));
    }

    [Fact]
    public async Task Faults_are_shown_as_faults()
    {
        await using var page = await browser.OpenAsync(shared.Server, "#task=objects&model=no-such-model");
        await page.ChooseAsync("labels.tsv");
        await page.ShowsAsync("#problem h2", "Not Found");
        await page["#model"].SelectOptionAsync("");
        await page.ShowsAsync("#problem h2", "Unsupported Media Type");
        await page.ShowsAsync("#problem", "Expected a JPEG");
        await Assertions.Expect(page[Visible]).ToHaveCountAsync(0);
        await page.ChooseAsync("motorcycle.jpg");
        await page.ShowsAsync("#answer", "motorcycle");
        await Assertions.Expect(page["#problem"]).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Search_is_taught()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        await using var page = await browser.OpenAsync(shared.Server, "#task=search");
        await page.ChooseAsync("coffee.jpg");
        await page["#gallery-name"].FillAsync("taught");
        await page["#gallery-make"].ClickAsync();
        await page.ShowsAsync("#answer", "The gallery is empty");
        await TeachAsync("cup");
        await page.ChooseAsync("cat.jpg");
        await Assertions.Expect(page["#caption"]).ToContainTextAsync("cat.jpg");
        await TeachAsync(Markup);
        await page.ShowsAsync("#answer h2", Markup); // as text
        await Assertions.Expect(page["#answer img"]).ToHaveCountAsync(0);
        await Assertions.Expect(page["#answer .mark"]).ToHaveCountAsync(2, Patient);
        await page[Visible].First.GetByText("Not this").ClickAsync();
        await Assertions.Expect(page[Visible]).ToHaveCountAsync(1, Patient);
        await page["#toast button"].ClickAsync();
        await Assertions.Expect(page[Visible]).ToHaveCountAsync(2, Patient);
        Assert.Equal(2, (int)(await shared.Client.GetJsonAsync("/v1/gallery/taught"))["items"]!);

        async Task TeachAsync(string label)
        {
            var count = await page[Visible].CountAsync();
            await page["#teach-label"].FillAsync(label);
            await page["#teach"].ClickAsync();
            await Assertions.Expect(page[Visible].Filter(new() { HasText = label })).ToHaveCountAsync(1, Patient);
            Assert.True(await page[Visible].CountAsync() >= count);
        }
    }

    [Fact]
    public async Task Many_files_wait_for_a_busy_server_and_become_lines()
    {
        await using var page = await browser.OpenAsync(shared.Server, "#task=classes");
        var refused = 0;
        await page.Page.RouteAsync("**/v1/classify*", route => Interlocked.Exchange(ref refused, 1) == 0
            ? route.FulfillAsync(new() { Status = 429, Body = "{}", Headers = [new("Retry-After", "1")] })
            : route.ContinueAsync());
        await page.ChooseAsync("cat.jpg", "labels.tsv", "coffee.jpg");
        await page.ShowsAsync("#batch", "3 of 3, 1 failed");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page["#batch .main"].ClickAsync());
        var text = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        var lines = text.Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(["cat.jpg", "labels.tsv", "coffee.jpg"], lines.Select(l => (string?)l["file"]));
        Assert.NotNull(lines[1]["error"]);
        var answer = await shared.Client.AskAsync("/v1/classify", Requests.Raw(Requests.Sample("coffee.jpg")));
        Assert.Equal(answer.Timeless(), lines[2].Timeless());
    }

    [Fact]
    public async Task A_key_is_asked_for_and_kept_for_the_tab()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.Write("keys", "reader-0001 read\n");
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { ApiKeyFile = keys });
        await using var page = await browser.OpenAsync(server, "#task=objects");
        await Assertions.Expect(page["#key-dialog"]).ToBeVisibleAsync();
        await GiveAsync("wrong-key-1");
        await page.ShowsAsync("#key-reason", "does not know");
        await GiveAsync("reader-0001");
        await Assertions.Expect(page["#key-dialog"]).ToBeHiddenAsync();
        await Assertions.Expect(page["#model option"]).Not.ToHaveCountAsync(0);
        await page.Page.ReloadAsync();
        await Assertions.Expect(page["#model option"]).Not.ToHaveCountAsync(0);
        await Assertions.Expect(page["#key-dialog"]).ToBeHiddenAsync();

        async Task GiveAsync(string key)
        {
            await page["#key"].FillAsync(key);
            await page["#key-form .main"].ClickAsync();
        }
    }
}
