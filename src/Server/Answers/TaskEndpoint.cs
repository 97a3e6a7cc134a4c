using System.Buffers;
using System.Text;
using System.Text.Json;
using PPLCNet.Vision.Imaging;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Server.Hosting;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Tasks;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>Answers <c>POST /v1/TASK</c>: reads options and images, has them answered, writes the form that is asked for.</summary>
internal sealed class TaskEndpoint(BodyReader bodies, ImageWork work, PplcnetServerOptions options)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, VisionTask task)
    {
        var trace = RequestTrace.Of(context);
        trace.Task = task.Name;
        var values = new QueryValues(context.Request.Query);
        values.Check(task.Options); // before the body: a wrong name costs no upload
        using var body = await ImageBody.ReadAsync(context, bodies, values, context.RequestAborted).ConfigureAwait(false);
        values.Check(task.Options);
        var form = AnswerForms.Choose(context.Request, task, values);
        if (body.IsBatch && form == AnswerForm.Png)
        {
            throw new RequestException(StatusCodes.Status406NotAcceptable, "accept", "Several images are answered as JSON or text, not as an image.");
        }

        using var deadline = new Deadline(options.Timeout, context.RequestAborted);
        using var run = await task.OpenAsync(values, CallerRightsFeature.Of(context), deadline.Token).ConfigureAwait(false);
        trace.Model = run.Model;
        var outcomes = await work.RunAsync(
            trace, body.Images, (image, decode, token) => Answer(trace, run, image, decode, form, token), deadline.Token).ConfigureAwait(false);
        await WriteAsync(context, trace, form, body.IsBatch, outcomes).ConfigureAwait(false);
    }

    private static byte[] Answer(RequestTrace trace, TaskRun run, PixelBuffer image, double decode, AnswerForm form, CancellationToken cancellationToken)
    {
        TaskAnswer answer;
        try
        {
            answer = run.Run(image, cancellationToken);
        }
        catch (ArgumentException e) when (e is not ArgumentNullException)
        {
            // The predictors check their options against the model: a class that it does not have, a window that does not fit.
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, "parameter", e.Message, e);
        }

        lock (trace)
        {
            trace.Stages += answer.Timings;
        }

        return form switch
        {
            AnswerForm.Png => answer.Png?.Invoke() ?? ImageCodecs.Default.Encode(answer.Draw!(image), ".png"),
            AnswerForm.Text => Encoding.UTF8.GetBytes(answer.Text!()),
            _ => Json(json =>
            {
                json.WriteNumber("width", image.Width);
                json.WriteNumber("height", image.Height);
                (answer.Timings with { Decode = decode }).WriteJson(json);
                answer.WriteJson(json);
            }),
        };
    }

    private static async Task WriteAsync(
        HttpContext context, RequestTrace trace, AnswerForm form, bool isBatch, IReadOnlyList<ImageOutcome<byte[]>> outcomes)
    {
        if (!isBatch || outcomes.All(o => o.Error is not null))
        {
            _ = ImageWork.Value(outcomes[0]);
        }

        ServerTiming.Write(context, trace);
        context.Response.ContentType = form switch
        {
            AnswerForm.Png => "image/png",
            AnswerForm.Text => "text/plain; charset=utf-8",
            _ => "application/json",
        };
        var body = !isBatch ? outcomes[0].Value!
            : form == AnswerForm.Text ? [.. outcomes.SelectMany(o => ImageWork.Value(o))]
            : Batch(outcomes);
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Batch(IReadOnlyList<ImageOutcome<byte[]>> outcomes)
    {
        var buffer = new ArrayBufferWriter<byte>(outcomes.Sum(o => o.Value?.Length ?? 0) + 1024);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartArray();
            foreach (var outcome in outcomes)
            {
                WriteItem(json, outcome);
            }

            json.WriteEndArray();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The line of the command: with the name of the part, and with an error where one image failed.</summary>
    private static void WriteItem(Utf8JsonWriter json, ImageOutcome<byte[]> outcome)
    {
        json.WriteStartObject();
        if (outcome.Upload.Name is { } name)
        {
            json.WriteString("file", name);
        }

        if (outcome.Error is { } error)
        {
            var fault = Fault.Of(error);
            json.WriteStartObject("error");
            json.WriteString("kind", fault.Code);
            json.WriteString("message", fault.Detail);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }

        using var answer = JsonDocument.Parse(outcome.Value!);
        foreach (var property in answer.RootElement.EnumerateObject())
        {
            json.WritePropertyName(property.Name);
            property.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
