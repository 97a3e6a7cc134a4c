using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PPLCNet.Vision.Tests.Server;

/// <summary>Requests as clients make them.</summary>
internal static class Requests
{
    /// <summary>The bytes of a sample.</summary>
    public static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(RepositoryPaths.Samples, name));

    /// <summary>A sample in base64.</summary>
    public static string Base64(string name) => Convert.ToBase64String(Sample(name));

    /// <summary>A raw body.</summary>
    public static HttpContent Raw(byte[] bytes, string? type = "image/jpeg")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>JSON text.</summary>
    public static HttpContent Json(string json) => new StringContent(json, System.Text.Encoding.UTF8, "application/json");

    /// <summary>JSON from properties.</summary>
    public static HttpContent Json(params (string Name, JsonNode? Value)[] fields) =>
        Json(new JsonObject(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))).ToJsonString());

    /// <summary>A form with images and fields.</summary>
    public static MultipartFormDataContent Form(IEnumerable<string> samples, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        foreach (var sample in samples)
        {
            form.Add(Raw(Sample(sample), "application/octet-stream"), "image", sample);
        }

        return form;
    }

    /// <summary>Posts and expects success.</summary>
    public static async Task<JsonNode> AskAsync(this HttpClient client, string route, HttpContent content)
    {
        using var response = await client.PostAsync(new Uri(route, UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{route}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asks and expects success.</summary>
    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string route)
    {
        using var response = await client.GetAsync(new Uri(route, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{route}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>An answer without what differs from run to run.</summary>
    public static string Timeless(this JsonNode answer)
    {
        var copy = answer.DeepClone().AsObject();
        copy.Remove("ms");
        copy.Remove("file");
        return copy.ToJsonString();
    }
}
