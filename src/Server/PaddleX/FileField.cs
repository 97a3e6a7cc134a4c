using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.PaddleX;

/// <summary>The fields <c>file</c> and <c>fileType</c>: an image here, never a PDF.</summary>
internal static class FileField
{
    /// <summary>Checks what kind of file is announced.</summary>
    /// <exception cref="RequestException">It is a PDF, or no kind that there is.</exception>
    public static void Check(PaddleCall call)
    {
        switch (call.Body.Whole("fileType"))
        {
            case 0:
                throw RequestException.Field("fileType", "this server reads images (fileType 1), not PDF", StatusCodes.Status422UnprocessableEntity);
            case null or 1:
                return;
            case var other:
                throw RequestException.Field("fileType", $"expected 0 or 1, found {other}", StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>Writes what PaddleX tells of an input image.</summary>
    public static void WriteInfo(System.Text.Json.Utf8JsonWriter json, int width, int height)
    {
        json.WriteStartObject("dataInfo");
        json.WriteNumber("width", width);
        json.WriteNumber("height", height);
        json.WriteString("type", "image");
        json.WriteEndObject();
    }
}
