using PPLCNet.Vision.Server.Answers;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The routes of PaddleX's protocol, so that its clients need no change.</summary>
internal sealed class PaddleRoutes(
    BodyReader bodies, ImageWork work, PplcnetServerOptions options, OcrRoute ocr, LayoutRoute layout, TaskRoutes tasks, ShituRoutes shitu)
{
    /// <summary>Every path; faults on them are told in its envelope.</summary>
    public static IReadOnlySet<string> Paths { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "/ocr", "/layout-parsing", "/object-detection", "/small-object-detection", "/image-classification", "/semantic-segmentation",
        "/shitu-index-build", "/shitu-index-add", "/shitu-index-remove", "/shitu-infer", "/health",
    };

    /// <summary>Maps the routes.</summary>
    public void Map(IEndpointRouteBuilder routes, EndpointGuard guard)
    {
        Add("/ocr", Role.Read, ocr.AnswerAsync);
        Add("/layout-parsing", Role.Read, layout.AnswerAsync);
        Add("/object-detection", Role.Read, tasks.DetectAsync);
        Add("/small-object-detection", Role.Read, tasks.DetectAsync);
        Add("/image-classification", Role.Read, tasks.ClassifyAsync);
        Add("/semantic-segmentation", Role.Read, tasks.SegmentAsync);
        Add("/shitu-index-build", Role.Write, shitu.BuildAsync);
        Add("/shitu-index-add", Role.Write, shitu.AddAsync);
        Add("/shitu-index-remove", Role.Write, shitu.RemoveAsync);
        Add("/shitu-infer", Role.Read, shitu.InferAsync);

        void Add(string path, Role role, Func<PaddleCall, Task> answer) => routes.MapPost(path, guard.Wrap(role, async context =>
        {
            RequestTrace.Of(context).Task = path[1..];
            var type = BodyReader.ContentType(context.Request);
            if (type is not ("application/json" or ""))
            {
                throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "body", $"Expected application/json, found '{type}'.");
            }

            using var body = await JsonBody.ReadAsync(context, bodies, ["file", "image"], context.RequestAborted).ConfigureAwait(false);
            using var deadline = new Deadline(options.Timeout, context.RequestAborted);
            await answer(new PaddleCall(context, body, bodies, work, options, deadline.Token)).ConfigureAwait(false);
        })).WithMetadata(FaultForm.Paddle);
    }
}
