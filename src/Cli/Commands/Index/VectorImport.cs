using PPLCNet.Vision.Retrieval.Galleries.Building;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;

namespace PPLCNet.Vision.Cli.Commands.Index;

/// <summary>Vectors that are there already into a gallery.</summary>
internal static class VectorImport
{
    /// <summary>
    /// The rows of a matrix, a line of the label file each; a row that cannot be stored is reported and skipped.
    /// </summary>
    public static async Task<int> FromMatrix(string path, string? labelFile, Func<LabeledMatrix, GalleryBuilder> open)
    {
        labelFile ??= Path.ChangeExtension(path, ".txt");
        if (!File.Exists(path) || !File.Exists(labelFile))
        {
            throw CliException.Usage($"'{(File.Exists(path) ? labelFile : path)}': there is no such file; --npy needs a matrix, and a label a row in --labels.");
        }

        using var matrix = LabeledMatrix.Open(path, labelFile);
        using var builder = open(matrix);
        return Finish(builder, await builder.AddAsync(matrix, Interrupt.Stop).ConfigureAwait(false));
    }

    /// <summary>A gallery of PP-ShiTu, with its ids.</summary>
    public static async Task<int> FromShitu(string folder, Func<ShituGallery, GalleryBuilder> open)
    {
        var old = GalleryPath.Guard(() => ShituGallery.Read(folder));
        using var builder = open(old);
        return Finish(builder, await builder.AddAsync(old, Interrupt.Stop).ConfigureAwait(false));
    }

    private static int Finish(GalleryBuilder builder, GalleryBuildReport report)
    {
        foreach (var failure in report.Failures)
        {
            Terminal.Warn(Failure.Message(failure.Error));
        }

        var (code, text) = GalleryPath.Finish(builder, report.Failures.Count > 0 ? ExitCode.InputsFailed : ExitCode.Ok);
        Terminal.Line($"{report.Stored} stored, {report.Failures.Count} refused; {text}");
        return code;
    }
}
