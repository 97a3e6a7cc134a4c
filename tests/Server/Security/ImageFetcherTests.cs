using System.Net;
using System.Net.Sockets;
using System.Text;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Security;

namespace PPLCNet.Vision.Tests.Server.Security;

public sealed class ImageFetcherTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    public void Addresses_inside_are_not_connected_to(string address, bool isPublic) =>
        Assert.Equal(isPublic, AddressRules.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("another host", "http://other.example/x.jpg")]
    [InlineData("a host that begins alike", "http://images.example.evil.example/a/x.jpg")]
    [InlineData("user information", "http://images.example@127.0.0.1/a/x.jpg")]
    [InlineData("another port", "http://images.example:81/a/x.jpg")]
    [InlineData("another scheme", "https://images.example/a/x.jpg")]
    [InlineData("another folder", "http://images.example/b/x.jpg")]
    [InlineData("a folder that begins alike", "http://images.example/ab/x.jpg")]
    [InlineData("a way out of the folder", "http://images.example/a/../b/x.jpg")]
    [InlineData("loopback", "http://127.0.0.1/a/x.jpg")]
    [InlineData("loopback as a number", "http://2130706433/a/x.jpg")]
    [InlineData("loopback as IPv6", "http://[::ffff:127.0.0.1]/a/x.jpg")]
    public async Task Only_what_is_allowed_is_asked(string name, string address)
    {
        using var fetcher = new ImageFetcher(["http://images.example/a"], (_, _) => throw new InvalidOperationException($"{name}: was looked up"), "http", null);
        var refused = await Assert.ThrowsAsync<RequestException>(() => fetcher.OpenAsync(address, TestContext.Current.CancellationToken));
        Assert.Equal(422, refused.Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("8.8.8.8,127.0.0.1")]
    public async Task A_name_that_leads_inside_is_refused(string answers)
    {
        using var fetcher = new ImageFetcher(
            ["http://images.example/"], (_, _) => Task.FromResult<IPAddress[]>([.. answers.Split(',').Select(IPAddress.Parse)]), "http", null);
        var refused = await Assert.ThrowsAsync<RequestException>(() => fetcher.OpenAsync("http://images.example/x.jpg", TestContext.Current.CancellationToken));
        Assert.Equal(422, refused.Status);
    }

    [Theory]
    [InlineData("an image", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true)]
    [InlineData("a redirect inside", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("a redirect to a file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("redirects without an end", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("an error", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false)]
    public async Task The_checked_address_is_asked_and_redirects_are_checked(string name, string answer, bool works)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, answer, stop.Token);
        using var fetcher = new ImageFetcher([$"http://images.example:{port}/"], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), "http", _ => true);
        var address = $"http://images.example:{port}/x";
        if (works)
        {
            await using var stream = await fetcher.OpenAsync(address, TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            Assert.Equal("abc", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        else
        {
            var refused = await Assert.ThrowsAsync<RequestException>(() => fetcher.OpenAsync(address, TestContext.Current.CancellationToken));
            Assert.True(refused.Status == 422, name);
        }

        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, string answer, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                var buffer = new byte[4096];
                _ = await stream.ReadAsync(buffer, cancellationToken);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
