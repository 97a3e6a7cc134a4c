using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Embedders;

namespace PPLCNet.Vision.Tests.Server;

/// <summary>One image gives the same numbers, to the last digit, whichever way it comes.</summary>
public sealed class SameAnswerTests(SharedServer shared)
{
    public static TheoryData<string, string, string, string> Tasks => new()
    {
        { "ocr", "page.png", "words=true", "--words" },
        { "ocr", "page.png", "layout", "--layout" },
        { "ocr", "page.png", "short-side=400&minScore=0.9", "--short-side 400 --min-score 0.9" },
        { "detect", "motorcycle.jpg", "score=0.3&iou=0.5&best-class", "--score 0.3 --iou 0.5 --best-class" },
        { "detect", "page.png", "page=true", "--page" },
        { "segment", "temple.jpg", "rle=true&polygons=1", "--rle --polygons" },
        { "classify", "coffee.jpg", "top=3", "--top 3" },
        { "embed", "coffee.jpg", "", "" },
        { "analyse", "coffee.jpg", "score=0.3", "--score 0.3" },
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Raw_multipart_base64_and_the_command_agree(string task, string sample, string query, string flags)
    {
        var route = $"/v1/{task}?{query}";
        var raw = (await shared.Client.AskAsync(route, Requests.Raw(Requests.Sample(sample)))).Timeless();
        var form = (await shared.Client.AskAsync(route, Requests.Form([sample]))).Timeless();
        var base64 = (await shared.Client.AskAsync(route, Requests.Json(("image", Requests.Base64(sample))))).Timeless();
        Assert.Equal(raw, form);
        Assert.Equal(raw, base64);
        Assert.Equal(Command(task, sample, flags), raw);
    }

    [Fact]
    public async Task The_library_and_the_protocols_agree()
    {
        using var detector = Detector.Load();
        using var embedder = Embedder.Load();
        var image = Requests.Sample("motorcycle.jpg");
        var found = detector.Detect(image, new DetectionOptions { ScoreThreshold = 0.5f }, TestContext.Current.CancellationToken);
        var own = await shared.Client.AskAsync("/v1/detect?score=0.5", Requests.Raw(image));
        var paddle = await shared.Client.AskAsync("/object-detection", Requests.Json(("image", Convert.ToBase64String(image)), ("threshold", 0.5)));
        Assert.Equal([.. found.Select(o => o.Score)], own["detections"]!.AsArray().Select(o => (float)o!["score"]!));
        Assert.Equal([.. found.Select(o => o.Score)], paddle["result"]!["detectedObjects"]!.AsArray().Select(o => (float)o!["score"]!));
        Assert.Equal(
            [.. found.SelectMany(o => new[] { o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1 })],
            paddle["result"]!["detectedObjects"]!.AsArray().SelectMany(o => o!["bbox"]!.AsArray()).Select(v => (float)v!));

        var vector = embedder.Embed(image, null, TestContext.Current.CancellationToken).Vector;
        var embed = await shared.Client.AskAsync("/v1/embed", Requests.Raw(image));
        Assert.Equal(vector, embed["embedding"]!.AsArray().Select(v => (float)v!));
        var text = await shared.Client.AskAsync("/v1/embed?form=base64", Requests.Raw(image));
        Assert.Equal(vector, Floats((string)text["embedding"]!));
    }

    [Fact]
    public async Task Several_images_are_answered_in_their_order_with_their_names_and_faults()
    {
        using var form = Requests.Form(["coffee.jpg", "cat.jpg"]);
        form.Add(Requests.Raw(Requests.Sample("rocket.jpg")[..2000], "image/jpeg"), "image", "broken.jpg");
        var answer = (await shared.Client.AskAsync("/v1/classify?top=1", form)).AsArray();
        Assert.Equal(["coffee.jpg", "cat.jpg", "broken.jpg"], answer.Select(a => (string)a!["file"]!));
        Assert.Equal("espresso", (string)answer[0]!["top"]![0]!["class"]!);
        Assert.Equal("decode", (string)answer[2]!["error"]!["kind"]!);
        Assert.Null(answer[2]!["top"]);
    }

    [Fact]
    public async Task Accept_chooses_a_drawing_or_text()
    {
        var (drawing, type) = await AskAsync("/v1/ocr", "image/png", "page.png");
        Assert.Equal("image/png", type);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], drawing[..4]);
        var (text, textType) = await AskAsync("/v1/ocr", "text/plain", "page.png");
        Assert.StartsWith("text/plain", textType, StringComparison.Ordinal);
        Assert.StartsWith("Region-based segmentation\n", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        var (map, mapType) = await AskAsync("/v1/segment?form=png", "*/*", "temple.jpg");
        Assert.Equal("image/png", mapType);
        Assert.Equal(640, PPLCNet.Vision.Imaging.ImageFile.Decode(map).Width);
    }

    /// <summary>Little-endian float32 in base64.</summary>
    internal static float[] Floats(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, i * 4))];
    }

    private async Task<(byte[] Body, string Type)> AskAsync(string route, string accept, string sample)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = Requests.Raw(Requests.Sample(sample)) };
        request.Headers.Accept.ParseAdd(accept);
        using var response = await shared.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{route}: {(int)response.StatusCode}");
        return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Content.Headers.ContentType!.ToString());
    }

    private static string Command(string task, string sample, string flags)
    {
        var program = Path.Combine(RepositoryPaths.Root, "src", "Cli", "bin", "Release", "net10.0", "pplcnet.dll");
        var start = new ProcessStartInfo("dotnet", [program, task, Path.Combine(RepositoryPaths.Samples, sample), "--json", "--threads", "1", .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return JsonNode.Parse(output)!.Timeless();
    }
}
