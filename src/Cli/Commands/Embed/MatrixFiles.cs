using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Cli.Commands.Embed;

/// <summary>The files of <c>--npy OUT.npy</c>: the matrix, and <c>OUT.txt</c> with the path of each row.</summary>
internal static class MatrixFiles
{
    /// <summary>
    /// Makes sure that a matrix and the text beside it may be written: a text without a matrix is somebody's list.
    /// </summary>
    /// <exception cref="CliException">They must not.</exception>
    public static void Check(string path, string flag)
    {
        OutputFile.Check(path, flag, head => head.Span is [0x93, (byte)'N', (byte)'U', (byte)'M', ..], "a matrix of an earlier run");
        OutputFile.Check(LabeledMatrixWriter.LabelFileOf(path), $"{flag} (the text beside it)", _ => File.Exists(path), "one beside a matrix");
    }
}
