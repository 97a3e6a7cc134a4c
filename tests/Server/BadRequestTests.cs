using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Tests.Server;

/// <summary>Every kind of bad request has its status, and none of them hurts the server.</summary>
public sealed class BadRequestTests(SharedServer shared)
{
    private static readonly Dictionary<string, Func<HttpRequestMessage>> _requests = new()
    {
        ["nothing in the body"] = () => Post("/v1/ocr", Requests.Raw([])),
        ["text as text"] = () => Post("/v1/ocr", new StringContent("hello")),
        ["text as an image"] = () => Post("/v1/ocr", Requests.Raw("hello there"u8.ToArray())),
        ["a page of HTML as a form"] = () => Post("/v1/ocr", Requests.Raw("<html></html>"u8.ToArray(), "application/x-www-form-urlencoded")),
        ["half a JPEG"] = () => Post("/v1/classify", Requests.Raw(Requests.Sample("coffee.jpg")[..20_000])),
        ["the first bytes of a PNG"] = () => Post("/v1/classify", Requests.Raw(Requests.Sample("page.png")[..16])),
        ["a header of 50000 x 50000"] = () => Post("/v1/classify", Requests.Raw(HugePng(50_000, 50_000))),
        ["a header of 7000 x 6000"] = () => Post("/v1/classify", Requests.Raw(HugePng(7000, 6000))),
        ["a compressed body"] = () => Compressed(),
        ["40 MB"] = () => Post("/v1/ocr", Requests.Raw(new byte[40 << 20])),
        ["40 MB in chunks"] = () => Chunked(40 << 20),
        ["no boundary"] = () => Post("/v1/ocr", Requests.Raw("--x\r\n"u8.ToArray(), "multipart/form-data")),
        ["a form that breaks off"] = () => Post("/v1/ocr", Broken()),
        ["a form without images"] = () => Post("/v1/ocr", Requests.Form([], ("words", "true"))),
        ["33 images"] = () => Post("/v1/embed", Requests.Form(Enumerable.Repeat("cat.jpg", 33))),
        ["an unknown form field"] = () => Post("/v1/ocr", Requests.Form(["page.png"], ("nix", "1"))),
        ["JSON that is an array"] = () => Post("/v1/ocr", Requests.Json("[]")),
        ["JSON that is none"] = () => Post("/v1/ocr", Requests.Json("{\"image\":")),
        ["JSON 100 deep"] = () => Post("/v1/ocr", Requests.Json("{\"a\":" + new string('[', 100) + new string(']', 100) + "}")),
        ["JSON without an image"] = () => Post("/v1/ocr", Requests.Json("{}")),
        ["no base64"] = () => Post("/v1/ocr", Requests.Json("{\"image\":\"%%%\"}")),
        ["base64 without padding"] = () => Post("/v1/ocr", Requests.Json("{\"image\":\"YWJjZA\"}")),
        ["an address"] = () => Post("/v1/ocr", Requests.Json("{\"image\":\"https://example.com/x.jpg\"}")),
        ["an unknown parameter"] = () => Classify("nix=1"),
        ["a parameter twice"] = () => Classify("top=1&top=2"),
        ["no number"] = () => Classify("top=many"),
        ["a number out of range"] = () => Classify("top=0"),
        ["not a number at all"] = () => Post("/v1/detect?score=NaN", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["no flag"] = () => Post("/v1/ocr?words=perhaps", Requests.Raw(Requests.Sample("page.png"))),
        ["no choice"] = () => Post("/v1/segment?form=gif", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["parameters that exclude each other"] = () => Post("/v1/ocr?shortSide=100&longSide=200", Requests.Raw(Requests.Sample("page.png"))),
        ["too many tiles"] = () => Post("/v1/detect?tile=32x32", Requests.Raw(Requests.Sample("motorcycle.jpg"))),
        ["too many windows"] = () => Post("/v1/segment?window=32x32&windowStep=1x1", Requests.Raw(Requests.Sample("temple.jpg"))),
        ["a class that the model does not have"] = () => Post("/v1/detect?classes=unicorn", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["an unknown model"] = () => Classify("model=nix"),
        ["a model that is a file"] = () => Classify("model=/etc/passwd"),
        ["a model that is no file"] = () => Classify("model=/etc/nix"),
        ["a model that is a file of the server"] = () => Classify("model=" + Uri.EscapeDataString(Path.Combine(RepositoryPaths.Models, "pplcnet_x1_0_shared.safetensors"))),
        ["a joined model with a path"] = () => Post("/v1/ocr?model=ppocr-v6-small-det%2B../x", Requests.Raw(Requests.Sample("page.png"))),
        ["a model of another task"] = () => Post("/v1/classify?model=ppocr-v4", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["no gallery"] = () => Post("/v1/search", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["an unknown gallery"] = () => Post("/v1/search?gallery=nix", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["a gallery that is a path"] = () => Post("/v1/search?gallery=..%2F..%2Fetc", Requests.Raw(Requests.Sample("cat.jpg"))),
        ["a gallery to make that is a path"] = () => new(HttpMethod.Put, "/v1/gallery/..%2Fx"),
        ["a gallery with a dot"] = () => new(HttpMethod.Put, "/v1/gallery/a.b"),
        ["a gallery with a line break"] = () => new(HttpMethod.Put, "/v1/gallery/ab%0A"),
        ["an unknown route"] = () => new(HttpMethod.Get, "/v1/nix"),
        ["another method"] = () => new(HttpMethod.Get, "/v1/ocr"),
        ["no form that is accepted"] = () => Accept("/v1/embed", "image/png"),
        ["PaddleX: a PDF"] = () => Post("/ocr", Requests.Json("{\"file\":\"JVBERi0=\",\"fileType\":0}")),
        ["PaddleX: another kind of file"] = () => Post("/ocr", Requests.Json("{\"file\":\"JVBERi0=\",\"fileType\":7}")),
        ["PaddleX: no file"] = () => Post("/ocr", Requests.Json("{\"fileType\":1}")),
        ["PaddleX: a threshold out of range"] = () => Post("/ocr", Requests.Json(("file", Requests.Base64("page.png")), ("textDetThresh", 3))),
        ["PaddleX: no JSON"] = () => Post("/ocr", Requests.Raw(Requests.Sample("page.png"))),
        ["PaddleX: an index that is a path"] = () => Post("/shitu-index-add", Requests.Json("{\"indexKey\":\"../x\",\"imageLabelPairs\":[]}")),
        ["PaddleX: no index"] = () => Post("/shitu-infer", Requests.Json("{\"image\":\"YWJj\"}")),
        ["PaddleX: another method"] = () => new(HttpMethod.Get, "/ocr"),
        ["OpenAI: a text"] = () => Post("/v1/embeddings", Requests.Json("{\"input\":\"hello world\",\"model\":\"pplcnet-x1.0-embed\"}")),
        ["OpenAI: a text that is base64"] = () => Post("/v1/embeddings", Requests.Json("{\"input\":\"test\"}")),
        ["OpenAI: other dimensions"] = () => Post("/v1/embeddings", Requests.Json(("input", Requests.Base64("cat.jpg")), ("dimensions", 7))),
        ["OpenAI: an unknown model"] = () => Post("/v1/embeddings", Requests.Json(("input", Requests.Base64("cat.jpg")), ("model", "text-embedding-3-small"))),
    };

    public static TheoryData<string, int, string> Cases => new()
    {
        { "nothing in the body", 400, "body" }, { "text as text", 415, "decode" }, { "text as an image", 415, "decode" },
        { "a page of HTML as a form", 415, "decode" }, { "half a JPEG", 422, "decode" }, { "the first bytes of a PNG", 422, "decode" },
        { "a header of 50000 x 50000", 422, "limit" }, { "a header of 7000 x 6000", 422, "limit" }, { "a compressed body", 415, "body" },
        { "40 MB", 413, "body" }, { "40 MB in chunks", 413, "body" }, { "no boundary", 400, "body" }, { "a form that breaks off", 400, "body" },
        { "a form without images", 400, "body" }, { "33 images", 413, "body" }, { "an unknown form field", 400, "parameter" },
        { "JSON that is an array", 400, "body" }, { "JSON that is none", 400, "body" }, { "JSON 100 deep", 400, "body" },
        { "JSON without an image", 400, "body" }, { "no base64", 422, "parameter" }, { "base64 without padding", 422, "parameter" },
        { "an address", 422, "url" }, { "an unknown parameter", 400, "parameter" }, { "a parameter twice", 400, "parameter" },
        { "no number", 400, "parameter" }, { "a number out of range", 400, "parameter" }, { "not a number at all", 400, "parameter" },
        { "no flag", 400, "parameter" }, { "no choice", 400, "parameter" }, { "parameters that exclude each other", 400, "parameter" },
        { "too many tiles", 422, "parameter" }, { "too many windows", 422, "parameter" }, { "a class that the model does not have", 422, "parameter" },
        { "an unknown model", 404, "model" }, { "a model that is a file", 404, "model" }, { "a model that is no file", 404, "model" },
        { "a model that is a file of the server", 404, "model" }, { "a joined model with a path", 404, "model" },
        { "a model of another task", 422, "parameter" }, { "no gallery", 400, "parameter" }, { "an unknown gallery", 404, "gallery" },
        { "a gallery that is a path", 404, "parameter" }, { "a gallery to make that is a path", 404, "parameter" },
        { "a gallery with a dot", 404, "parameter" }, { "a gallery with a line break", 404, "parameter" }, { "an unknown route", 404, "route" },
        { "another method", 405, "method" }, { "no form that is accepted", 406, "accept" }, { "PaddleX: a PDF", 422, "" },
        { "PaddleX: another kind of file", 422, "" }, { "PaddleX: no file", 422, "" }, { "PaddleX: a threshold out of range", 422, "" },
        { "PaddleX: no JSON", 415, "" }, { "PaddleX: an index that is a path", 404, "" }, { "PaddleX: no index", 422, "" },
        { "PaddleX: another method", 405, "" }, { "OpenAI: a text", 400, "" }, { "OpenAI: a text that is base64", 400, "" },
        { "OpenAI: other dimensions", 400, "" }, { "OpenAI: an unknown model", 404, "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_request_is_told_what_is_wrong(string name, int status, string code)
    {
        using var request = _requests[name]();
        using var response = await shared.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"expected {status}, found {(int)response.StatusCode}: {text}");
        Assert.DoesNotContain(RepositoryPaths.Root, text, StringComparison.Ordinal);
        Assert.DoesNotContain("/etc", text, StringComparison.Ordinal);
        var answer = JsonNode.Parse(text)!;
        if (name.StartsWith("PaddleX", StringComparison.Ordinal))
        {
            Assert.Equal(status, (int)answer["errorCode"]!);
            Assert.NotEmpty((string)answer["errorMsg"]!);
            Assert.Null(answer["result"]);
        }
        else if (name.StartsWith("OpenAI", StringComparison.Ordinal))
        {
            Assert.Equal("invalid_request_error", (string)answer["error"]!["type"]!);
        }
        else
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(code, (string)answer["code"]!);
            Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), (string)answer["requestId"]!);
        }
    }

    [Fact]
    public async Task A_thousand_bad_requests_keep_no_memory()
    {
        string[] names = ["text as an image", "half a JPEG", "a header of 50000 x 50000", "no base64", "JSON that is none", "an unknown parameter", "a form that breaks off"];
        for (var i = 0; i < 1000; i++)
        {
            using var request = _requests[names[i % names.Length]]();
            using var response = await shared.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }

        var ok = await shared.Client.AskAsync("/v1/classify?top=1", Requests.Raw(Requests.Sample("coffee.jpg")));
        Assert.Equal("espresso", (string)ok["top"]![0]!["class"]!);
    }

    private static HttpRequestMessage Post(string route, HttpContent content) => new(HttpMethod.Post, route) { Content = content };

    private static HttpRequestMessage Classify(string query) => Post("/v1/classify?" + query, Requests.Raw(Requests.Sample("cat.jpg")));

    private static HttpRequestMessage Accept(string route, string type)
    {
        var request = Post(route, Requests.Raw(Requests.Sample("cat.jpg")));
        request.Headers.Accept.ParseAdd(type);
        return request;
    }

    private static HttpRequestMessage Chunked(int bytes)
    {
        var request = Post("/v1/ocr", Requests.Raw(new byte[bytes]));
        request.Headers.TransferEncodingChunked = true;
        return request;
    }

    private static HttpRequestMessage Compressed()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Requests.Sample("cat.jpg"));
        }

        var request = Post("/v1/classify", Requests.Raw(memory.ToArray()));
        request.Content!.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    private static ByteArrayContent Broken()
    {
        var content = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\nabc"u8.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        return content;
    }

    /// <summary>A PNG whose header promises much.</summary>
    private static byte[] HugePng(int width, int height)
    {
        var png = Requests.Sample("page.png");
        BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(width)).CopyTo(png, 16);
        BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(height)).CopyTo(png, 20);
        return png;
    }
}
