using PPLCNet.Vision.Files;
using PPLCNet.Vision.Teaching.Figures;

namespace PPLCNet.Vision.Cli.Commands.Teach;

/// <summary>The files that <c>teach</c> writes.</summary>
internal static class TeachFiles
{
    /// <summary>Whether a file begins like a model: a safetensors header, or an ONNX message.</summary>
    public static bool IsModel(ReadOnlyMemory<byte> head) =>
        head.Length > 8 && (head.Span[8] == (byte)'{' || head.Span[0] == 8);

    /// <summary>Writes the report; what goes wrong there loses no model.</summary>
    /// <returns>Whether it is whole.</returns>
    public static bool WriteReport(TeachingReport report, string model, string folder)
    {
        try
        {
            TeachingPage.Write(report, $"{Path.GetFileName(model)}: {report.Labels.Count} labels", folder);
            AtomicFile.WriteAllBytes(Path.Combine(folder, "report.json"), JsonLine.Build(json => json.WriteTeaching(report)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !DiskSpace.IsFull(e))
        {
            Terminal.Warn($"the report in '{folder}' is not whole: {Failure.Message(e)}");
            return false;
        }
    }
}
