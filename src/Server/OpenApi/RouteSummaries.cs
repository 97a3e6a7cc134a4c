using PPLCNet.Vision.Server.OpenAI;

namespace PPLCNet.Vision.Server.OpenApi;

/// <summary>The routes beside the tasks, a sentence each.</summary>
internal static class RouteSummaries
{
    /// <summary>Path, method and sentence.</summary>
    public static IReadOnlyList<(string Path, HttpMethod Method, string Summary)> All { get; } =
    [
        (EmbeddingsRoute.Path, HttpMethod.Post, "Vectors of images in the form of OpenAI's embeddings."),
        ("/v1/models", HttpMethod.Get, "The models of the server."),
        ("/v1/models/{model}", HttpMethod.Get, "One model with its classes."),
        ("/v1/models/{model}/reload", HttpMethod.Post, "Loads a model anew."),
        ("/v1/gallery", HttpMethod.Get, "The galleries."),
        ("/v1/gallery/{gallery}", HttpMethod.Get, "What a gallery holds."),
        ("/v1/gallery/{gallery}", HttpMethod.Put, "Makes a gallery, empty or from the lines of an export."),
        ("/v1/gallery/{gallery}", HttpMethod.Delete, "Deletes a gallery."),
        ("/v1/gallery/{gallery}/items", HttpMethod.Get, "Lists items."),
        ("/v1/gallery/{gallery}/items", HttpMethod.Post, "Adds images with a label."),
        ("/v1/gallery/{gallery}/items:remove", HttpMethod.Post, "Removes items by ids or a filter."),
        ("/v1/gallery/{gallery}/items/{id}", HttpMethod.Get, "One item with its vector."),
        ("/v1/gallery/{gallery}/items/{id}", HttpMethod.Delete, "Removes an item."),
        ("/v1/gallery/{gallery}/items/{id}/neighbours", HttpMethod.Get, "The items nearest to an item."),
        ("/v1/gallery/{gallery}/compact", HttpMethod.Post, "Rewrites the file without what was removed."),
        ("/v1/gallery/{gallery}/export", HttpMethod.Get, "Every item as a line of JSON."),
        ("/v1/gallery/{gallery}/threshold", HttpMethod.Get, "The score below which things are unknown, learned from the gallery."),
        ("/ocr", HttpMethod.Post, "PaddleX: text."),
        ("/layout-parsing", HttpMethod.Post, "PaddleX: text, layout and Markdown of a page."),
        ("/object-detection", HttpMethod.Post, "PaddleX: objects."),
        ("/image-classification", HttpMethod.Post, "PaddleX: classes."),
        ("/semantic-segmentation", HttpMethod.Post, "PaddleX: the class of every pixel."),
        ("/shitu-index-build", HttpMethod.Post, "PaddleX: makes a gallery."),
        ("/shitu-index-add", HttpMethod.Post, "PaddleX: adds to a gallery."),
        ("/shitu-index-remove", HttpMethod.Post, "PaddleX: removes from a gallery."),
        ("/shitu-infer", HttpMethod.Post, "PaddleX: image search."),
        ("/health", HttpMethod.Get, "PaddleX: health."),
        ("/health/live", HttpMethod.Get, "Whether the process lives."),
        ("/health/ready", HttpMethod.Get, "Whether the server should get requests."),
    ];
}
