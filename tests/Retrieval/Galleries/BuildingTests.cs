using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Retrieval.Items;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

public sealed class BuildingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a/b c.jpg\tgreen tea", "a/b c.jpg", "green tea")]
    [InlineData("a/b.jpg, green tea, 7", "a/b.jpg", "green tea", "7")]
    [InlineData("a/b.jpg green tea", "a/b.jpg", "green tea")]
    [InlineData("top/tea/1.jpg", "top/tea/1.jpg", "tea")]
    [InlineData("apple", "", "apple")]
    [InlineData("a.jpg\t", "a.jpg", "")]
    [InlineData("a.jpg\t two words, a comma\tcamera 1", "a.jpg", " two words, a comma", "camera 1")]
    public void Lines_of_label_files(string line, string path, string label, string? group = null) =>
        Assert.Equal(new LabeledImage(path, label, group), LabeledImage.Parse(line));

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
        Assert.Throws<DataFormatException>(() => NpyMatrix.Read(Write(type, shape, fortran, 1, new byte[bytes])));

    /// <summary>
    /// The sizes that graphs are for: more bytes than an array can have. The file is a hole but for its header and one row.
    /// </summary>
    [Fact]
    public void Matrices_beyond_two_gigabytes_are_read_row_by_row()
    {
        var path = Write("<f4", "(5000000, 512)", "False", 1, []);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            var start = file.Length;
            file.Position = start + (2 * 512 * 4);
            file.Write(BitConverter.GetBytes(7f));
            file.SetLength(start + (5_000_000L * 512 * 4));
        }

        using var reader = NpyReader.Open(path);
        Assert.Equal((5_000_000, 512), (reader.Rows, reader.Columns));
        Assert.Equal([0f, 0f, 7f], Enumerable.Range(0, 3).Select(_ => reader.ReadRow()[0]));
        Assert.Contains("expected up to", Assert.Throws<DataFormatException>(() => NpyMatrix.Read(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Theory]
    [InlineData("{'descr':'<f4','fortran_order':True,'shape':(1,2)}")]
    [InlineData("{'descr': '<f4', 'shape': (1, 2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2")]
    public void Headers_are_read_as_python_means_them(string header)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        File.WriteAllBytes(
            _folder.File("m.npy"), [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. text, .. new byte[8]]);
        Assert.Throws<DataFormatException>(() => NpyMatrix.Read(_folder.File("m.npy")));
    }

    [Fact]
    public void Other_files_are_no_matrices()
    {
        File.WriteAllText(_folder.File("x.npy"), "hello, this is text");
        Assert.Throws<DataFormatException>(() => NpyMatrix.Read(_folder.File("x.npy")));
        File.WriteAllText(_folder.File("x.npy"), "");
        Assert.Throws<DataFormatException>(() => NpyMatrix.Read(_folder.File("x.npy")));
    }

    private string Write(string type, string shape, string fortran, byte version, byte[] values)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        File.WriteAllBytes(_folder.File("m.npy"), [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. values]);
        return _folder.File("m.npy");
    }
}
