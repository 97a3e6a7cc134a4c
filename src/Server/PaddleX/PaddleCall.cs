using System.Text.Json;
using OpenCvSharp;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>One request of PaddleX's protocol: its fields, its image, and what every route does with them.</summary>
internal sealed class PaddleCall(HttpContext context, JsonBody body, BodyReader bodies, ImageWork work, PplcnetServerOptions options, CancellationToken cancellationToken)
{
    // PaddleX's max_output_img_size.
    private const int LongestOutput = 2000;

    /// <summary>The fields.</summary>
    public JsonBody Body { get; } = body;

    /// <summary>The request.</summary>
    public HttpContext Context { get; } = context;

    /// <summary>What is noted of it.</summary>
    public RequestTrace Trace { get; } = RequestTrace.Of(context);

    /// <summary>Ends the work.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Whether the answer has images.</summary>
    public bool Visualizes => Body.Flag("visualize") ?? true;

    /// <summary>The client's id, or the request's.</summary>
    public string LogId => Body.Text("logId") is { Length: > 0 and <= 128 } id ? id : Trace.Id;

    /// <summary>A number, also where old clients put it below <c>inferenceParams</c>.</summary>
    public double? Number(string name) => Body.Number(name)
        ?? (Body.Value("inferenceParams") is { ValueKind: JsonValueKind.Object } old && old.TryGetProperty(name, out var value) ? JsonBody.Number(value) : null);

    /// <summary>A fraction; null where there is none.</summary>
    public float? Fraction(string name) => Number(name) is not { } value ? null
        : value is >= 0 and <= 1 ? (float)value
        : throw JsonBody.Wrong(name, "a number from 0 to 1");

    /// <summary>Refuses what is asked for and not here, where the server is strict.</summary>
    public void Lacks(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (options.Strict && Body.Flag(field) == true)
            {
                throw RequestException.Field(field, "this server cannot do this", StatusCodes.Status422UnprocessableEntity);
            }
        }
    }

    /// <summary>Answers the image of a field on a worker.</summary>
    /// <param name="field">The field.</param>
    /// <param name="run">Answers it.</param>
    public async Task<T> RunAsync<T>(string field, Func<PixelBuffer, CancellationToken, T> run)
    {
        var images = Body.TakeImages(field);
        if (images.Count != 1)
        {
            throw RequestException.Field(field, "field required", StatusCodes.Status422UnprocessableEntity);
        }

        using var upload = await bodies.OpenAsync(images[0], CancellationToken).ConfigureAwait(false);
        return await work.RunOneAsync(Trace, upload, (image, _, token) => run(image, token), CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the images of pairs; the caller disposes them.</summary>
    public async Task<IReadOnlyList<ImageUpload>> OpenPairsAsync()
    {
        var uploads = new List<ImageUpload>();
        foreach (var (image, _) in Body.Pairs)
        {
            uploads.Add(await bodies.OpenAsync(image, CancellationToken).ConfigureAwait(false));
        }

        return uploads;
    }

    /// <summary>Writes the answer in its envelope.</summary>
    public Task AnswerAsync(Action<Utf8JsonWriter> result)
    {
        ServerTiming.Write(Context, Trace);
        var logId = LogId;
        return JsonAnswer.WriteAsync(Context, json => PaddleEnvelope.WriteResult(json, logId, result));
    }

    /// <summary>An image of the answer: JPEG, not larger than PaddleX's; null where none is wanted.</summary>
    public byte[]? Jpeg(Func<PixelBuffer> draw) => Visualizes ? Encode(draw()) : null;

    private static byte[] Encode(PixelBuffer image)
    {
        var longest = Math.Max(image.Width, image.Height);
        if (longest <= LongestOutput)
        {
            return ImageCodecs.Default.Encode(image, ".jpg");
        }

        var scale = (double)LongestOutput / longest;
        using var mat = image.View.ToBgrMat();
        using var small = new Mat();
        Cv2.Resize(mat, small, new Size(Math.Max(1, image.Width * scale), Math.Max(1, image.Height * scale)), 0, 0, InterpolationFlags.Area);
        return ImageCodecs.Default.Encode(small.ToPixelBuffer(), ".jpg");
    }
}
