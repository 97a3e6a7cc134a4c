using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Tests.Server.Hosting;

public sealed class OwnApplicationTests
{
    [Fact]
    public async Task An_application_of_ones_own_has_the_endpoints_below_its_own_route()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPplcnetServer(new PplcnetServerOptions { Workers = 1 });
        await using var app = builder.Build();
        app.MapGroup("/vision").MapPplcnet();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var answer = await client.AskAsync("/vision/v1/classify?top=1", Requests.Raw(Requests.Sample("coffee.jpg")));
        Assert.Equal("espresso", (string)answer["top"]![0]!["class"]!);
    }
}
