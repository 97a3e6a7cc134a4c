using System.ClientModel;
using OpenAI;
using OpenAI.Embeddings;

namespace PPLCNet.Vision.Tests.Server.OpenAI;

/// <summary>OpenAI's .NET client, and the request of its Python client.</summary>
public sealed class EmbeddingsTests(SharedServer shared)
{
    private const string Model = "pplcnet-x1.0-embed";

    [Fact]
    public async Task The_client_for_dotnet_reads_the_vectors_of_embed()
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(shared.Server.Address, "/v1") };
        var client = new EmbeddingClient(Model, new ApiKeyCredential("any"), options);
        string[] images = [DataUri("coffee.jpg"), DataUri("cat.jpg")];
        var answer = await client.GenerateEmbeddingsAsync(images, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, answer.Value.Count);
        Assert.Equal(await EmbedAsync("coffee.jpg"), answer.Value[0].ToFloats().ToArray());
        Assert.Equal(await EmbedAsync("cat.jpg"), answer.Value[1].ToFloats().ToArray());
    }

    [Fact]
    public async Task The_request_of_openai_python_is_answered_in_base64()
    {
        // What openai-python sends where numpy is installed: it asks for base64 by itself.
        var answer = await shared.Client.AskAsync(
            "/v1/embeddings", Requests.Json(("input", DataUri("coffee.jpg")), ("model", Model), ("encoding_format", "base64")));
        Assert.Equal("list", (string)answer["object"]!);
        var item = answer["data"]![0]!;
        Assert.Equal(("embedding", 0), ((string)item["object"]!, (int)item["index"]!));
        Assert.Equal(await EmbedAsync("coffee.jpg"), SameAnswerTests.Floats((string)item["embedding"]!));
        Assert.Equal(0, (int)answer["usage"]!["total_tokens"]!);
    }

    [Theory]
    [InlineData("Jina", """{"input":[{"image":"URI"}]}""")]
    [InlineData("an image URL part", """{"input":[{"type":"image_url","image_url":{"url":"URI"}}],"encoding_format":"float"}""")]
    [InlineData("infinity", """{"input":"URI","modality":"image","user":"me"}""")]
    public async Task Other_clients_forms_are_read(string name, string request)
    {
        var answer = await shared.Client.AskAsync("/v1/embeddings", Requests.Json(request.Replace("URI", DataUri("cat.jpg"), StringComparison.Ordinal)));
        Assert.True((await EmbedAsync("cat.jpg")).SequenceEqual(answer["data"]![0]!["embedding"]!.AsArray().Select(v => (float)v!)), name);
    }

    [Fact]
    public async Task The_list_of_models_is_openais_and_more()
    {
        var list = await shared.Client.GetJsonAsync("/v1/models");
        Assert.Equal("list", (string)list["object"]!);
        Assert.Contains(list["data"]!.AsArray(), m => (string)m!["id"]! == Model && (string)m["object"]! == "model" && (string)m["task"]! == "embedding");
        var one = await shared.Client.GetJsonAsync("/v1/models/picodet-x1.0-320-coco");
        Assert.Equal(80, one["classes"]!.AsArray().Count);
    }

    private static string DataUri(string sample) => "data:image/jpeg;base64," + Requests.Base64(sample);

    private async Task<float[]> EmbedAsync(string sample)
    {
        var answer = await shared.Client.AskAsync("/v1/embed", Requests.Raw(Requests.Sample(sample)));
        return [.. answer["embedding"]!.AsArray().Select(v => (float)v!)];
    }
}
