using System.Text;
using PPLCNet.Vision.Retrieval.Galleries.Building;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

public sealed class BuildingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a/b c.jpg\tgreen tea", "a/b c.jpg", "green tea")]
    [InlineData("a/b.jpg green tea", "a/b.jpg", "green tea")]
    [InlineData("top/tea/1.jpg", "top/tea/1.jpg", "tea")]
    [InlineData("apple", "", "apple")]
    [InlineData("a.jpg\t", "a.jpg", "")]
    [InlineData("a.jpg\t two\tcells ", "a.jpg", " two\tcells ")]
    public void Lines_of_label_files(string line, string path, string label) => Assert.Equal(new LabelLine(path, label), LabelLine.Parse(line));

    [Theory]
    [InlineData("<f4", 1, new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 })]
    [InlineData("<f2", 1, new byte[] { 0, 60, 0, 64 })]
    [InlineData("<f8", 2, new byte[] { 0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 64 })]
    public void Matrices_are_read(string type, byte version, byte[] values)
    {
        var path = Write(type, "(1, 2)", "False", version, values);
        var matrix = NpyMatrix.Read(path);
        Assert.Equal((1, 2), (matrix.Rows, matrix.Columns));
        Assert.Equal([1f, 2f], matrix.Row(0).ToArray());
    }

    [Theory]
    [InlineData("<i4", "(1, 2)", "False", 8)]
    [InlineData(">f4", "(1, 2)", "False", 8)]
    [InlineData("<f4", "(1, 2)", "True", 8)]
    [InlineData("<f4", "(2,)", "False", 8)]
    [InlineData("<f4", "(1, 2)", "False", 7)]
    [InlineData("<f4", "(999999999, 999999999)", "False", 8)]
    public void Matrices_that_do_not_fit_are_refused(string type, string shape, string fortran, int bytes) =>
        Assert.Throws<InvalidDataException>(() => NpyMatrix.Read(Write(type, shape, fortran, 1, new byte[bytes])));

    [Fact]
    public void Other_files_are_no_matrices()
    {
        File.WriteAllText(_folder["x.npy"], "hello, this is text");
        Assert.Throws<InvalidDataException>(() => NpyMatrix.Read(_folder["x.npy"]));
        File.WriteAllText(_folder["x.npy"], "");
        Assert.Throws<InvalidDataException>(() => NpyMatrix.Read(_folder["x.npy"]));
    }

    private string Write(string type, string shape, string fortran, byte version, byte[] values)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        File.WriteAllBytes(_folder["m.npy"], [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. values]);
        return _folder["m.npy"];
    }
}
