using PPLCNet.Vision.Cli.Commands.Embed;
using PPLCNet.Vision.Retrieval.Embedders;
using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Runtime.Embedding;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet embed</c>: a vector for every image.</summary>
internal static class EmbedCommand
{
    private const int Shown = 6;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("embed", "Turn images into vectors of features.");
        var npy = command.Text(
            "--npy", "Also write the vectors as a float32 matrix [N, D], and the path of each row into OUT.txt.", "OUT.npy");
        var output = command.Text("--output", "The graph's output to take, where it has several.", "NAME");
        var raw = command.Switch("--raw", "Leave the vectors as they are instead of dividing them by their length.");
        var size = command.Size("--size", "Stretch images to this size instead of the manifest's rule.");
        Func<ParseResult, ImageRun, ImageJob<EmbeddingResult>> open = (parse, run) =>
        {
            using var loaded = Embedder.Load(
                run.Model,
                new EmbedderOptions { Output = parse.GetValue(output), InputSize = parse.GetValue(size), Runtime = run.Runtime });
            var embedder = loaded.With(new EmbeddingOptions { Normalize = !parse.GetValue(raw) });
            LabeledMatrixWriter? matrix = null;
            if (parse.GetValue(npy) is { } path)
            {
                MatrixFiles.Check(path, "--npy");
                matrix = new LabeledMatrixWriter(path, embedder.Dimensions);
            }

            return new ImageJob<EmbeddingResult>(matrix, embedder)
            {
                Run = (image, token) => embedder.Embed(image, null, token),
                WriteJson = (json, value) => json.WriteFloats("embedding", value.Vector),
                WriteText = answer => WriteText(answer.Input.Path, answer.Value),
                Accept = answer => matrix?.Add(answer.Input.Path, answer.Value.Vector),
                Restore = answer =>
                {
                    if (matrix is not null && answer.TryGetProperty("embedding", out var values))
                    {
                        matrix.Add(answer.GetProperty("file").GetString()!, [.. values.EnumerateArray().Select(v => v.GetSingle())]);
                    }
                },
                Complete = matrix is null ? null : matrix.Complete,
            };
        };
        return command.OverImages("pplcnet-x1.0-embed", open, canDraw: false);
    }

    private static void WriteText(string path, float[] vector) => Terminal.Line(
        $"{path}  [{vector.Length}]  {string.Join(' ', vector.Take(Shown).Select(v => $"{v:0.0000}"))}{(vector.Length > Shown ? " ..." : "")}");
}
