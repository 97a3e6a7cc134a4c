using System.Net;
using System.Net.Sockets;
using System.Text;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Queueing;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Tests.Server.Hosting;

public sealed class LoadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_says_when_to_come_back_and_health_is_answered_meanwhile()
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { Workers = 1, MaxWaiting = 1, Preload = ["classify"] });
        using var gate = new ManualResetEventSlim();
        var queue = server.Service<WorkQueue>();
        queue.Reserve([1]);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = queue.RunAsync(1, (_, _) => { begun.SetResult(); gate.Wait(Stop); return true; }, Stop);
        await begun.Task;
        var waiting = server.Client.PostAsync(new Uri("/v1/classify", UriKind.Relative), Requests.Raw(Requests.Sample("cat.jpg")), Stop);
        while (queue.Waiting == 0)
        {
            await Task.Yield();
        }

        using var refused = await server.Client.PostAsync(new Uri("/v1/classify", UriKind.Relative), Requests.Raw(Requests.Sample("cat.jpg")), Stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        foreach (var route in (string[])["/health/live", "/health/ready", "/health"])
        {
            using var health = await server.Client.GetAsync(new Uri(route, UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        gate.Set();
        await busy;
        using var answered = await waiting;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task Options_of_requests_in_flight_do_not_mix()
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { Workers = 2, MaxWaiting = 200, MaxWait = TimeSpan.FromMinutes(4), Timeout = TimeSpan.FromMinutes(5) });
        var counts = new Dictionary<string, int>();
        foreach (var score in (string[])["0.9", "0.1"])
        {
            counts[score] = await CountAsync(score);
        }

        Assert.True(counts["0.1"] > counts["0.9"]);
        var asked = Enumerable.Range(0, 40).Select(async i => (Score: i % 2 == 0 ? "0.9" : "0.1", Count: await CountAsync(i % 2 == 0 ? "0.9" : "0.1")));
        Assert.All(await Task.WhenAll(asked), a => Assert.Equal(counts[a.Score], a.Count));

        async Task<int> CountAsync(string score) =>
            (await server.Client.AskAsync("/v1/detect?score=" + score, Requests.Raw(Requests.Sample("coffee.jpg"))))["detections"]!.AsArray().Count;
    }

    [Fact]
    public async Task The_time_limit_ends_the_run()
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { Workers = 1, Timeout = TimeSpan.FromMilliseconds(1) });
        using var response = await server.Client.PostAsync(new Uri("/v1/ocr", UriKind.Relative), Requests.Raw(Requests.Sample("page.png")), Stop);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Theory]
    [InlineData("a slow sender", "POST /v1/ocr HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc", "408")]
    [InlineData("1 GB announced", "POST /v1/ocr HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\nabc", "413")]
    [InlineData("no HTTP", "nonsense\r\n\r\n", "400")]
    public async Task Senders_that_never_finish_get_their_status(string name, string request, string status)
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(Stop);
        Assert.True(line?.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal) == true, $"{name}: {line}");
    }

    [Fact]
    public async Task A_client_that_leaves_gives_everything_back()
    {
        await using var server = await RunningServer.StartAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Stop);
            await client.GetStream().WriteAsync("POST /v1/ocr HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc"u8.ToArray(), Stop);
            while (server.Service<BodyBudget>().Taken == 0)
            {
                await Task.Yield();
            }
        }

        while (server.Service<BodyBudget>().Taken > 0)
        {
            await Task.Yield();
        }

        using var live = await server.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Bodies_together_are_bounded()
    {
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { MaxBodyMemory = 1 << 20 });
        using var refused = await server.Client.PostAsync(new Uri("/v1/ocr", UriKind.Relative), Requests.Raw(new byte[2 << 20]), Stop);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(0, server.Service<BodyBudget>().Taken);
    }

    [Fact]
    public async Task Metrics_stand_on_the_port_of_administrators_only()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var server = await RunningServer.StartAsync(new PplcnetServerOptions { AdminPort = port });
        await server.Client.AskAsync("/v1/classify", Requests.Raw(Requests.Sample("cat.jpg")));
        using var hidden = await server.Client.GetAsync(new Uri("/metrics", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        var text = await server.Client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Stop);
        foreach (var name in (string[])["pplcnet_request_duration_seconds_bucket", "pplcnet_queue_duration_seconds_bucket", "pplcnet_stage_duration_seconds_bucket", "pplcnet_model_loaded"])
        {
            Assert.Contains(name, text, StringComparison.Ordinal);
        }

        using var other = await server.Client.GetAsync(new Uri($"http://127.0.0.1:{port}/v1/models"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task The_description_names_every_task_with_its_options()
    {
        await using var server = await RunningServer.StartAsync();
        var document = await server.Client.GetJsonAsync("/openapi/v1.json");
        var parameters = document["paths"]!["/v1/detect"]!["post"]!["parameters"]!.AsArray();
        var score = parameters.Single(p => (string)p!["name"]! == "score")!;
        Assert.Equal(("number", 1), ((string)score["schema"]!["type"]!, (int)score["schema"]!["maximum"]!));
        Assert.NotNull(document["paths"]!["/v1/detect"]!["post"]!["requestBody"]!["content"]!["multipart/form-data"]);
        Assert.NotNull(document["paths"]!["/v1/gallery/{gallery}/items"]!["get"]);
    }
}
