using Microsoft.Net.Http.Headers;
using PPLCNet.Vision.Server.Requests;
using PPLCNet.Vision.Server.Tasks;

namespace PPLCNet.Vision.Server.Answers;

/// <summary>In which form a task answers.</summary>
internal enum AnswerForm
{
    /// <summary>The JSON object of the command.</summary>
    Json,

    /// <summary>A drawing, or an image that is the answer.</summary>
    Png,

    /// <summary>Plain text.</summary>
    Text,
}

/// <summary>Chooses the form by the Accept header.</summary>
internal static class AnswerForms
{
    /// <summary>The first form of the client's wishes that the task has.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public static AnswerForm Choose(HttpRequest request, VisionTask task, QueryValues values)
    {
        if (task.IsImage(values))
        {
            return AnswerForm.Png;
        }

        var wishes = request.Headers.Accept.Count == 0 ? [] : request.GetTypedHeaders().Accept;
        foreach (var wish in wishes.OrderByDescending(w => w.Quality ?? 1))
        {
            if (wish.Quality != 0 && Match(wish, task) is { } form)
            {
                return form;
            }
        }

        return wishes.Count == 0
            ? AnswerForm.Json
            : throw new RequestException(
                StatusCodes.Status406NotAcceptable, "accept", $"'{task.Name}' answers as {string.Join(", ", MediaTypes(task))}; none of them is accepted.");
    }

    /// <summary>The media types of a task's answers.</summary>
    public static IEnumerable<string> MediaTypes(VisionTask task)
    {
        yield return "application/json";
        if (task.CanDraw)
        {
            yield return "image/png";
        }

        if (task.CanSay)
        {
            yield return "text/plain";
        }
    }

    private static AnswerForm? Match(MediaTypeHeaderValue wish, VisionTask task) => wish.MediaType.Value?.ToLowerInvariant() switch
    {
        "*/*" or "application/*" or "application/json" => AnswerForm.Json,
        "image/*" or "image/png" when task.CanDraw => AnswerForm.Png,
        "text/*" or "text/plain" when task.CanSay => AnswerForm.Text,
        _ => null,
    };
}
