using System.Buffers.Binary;
using System.Text;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Weights;

/// <summary>
/// Pickles of a megabyte that ask for gigabytes: what is large is remembered once and asked for again in a few bytes.
/// </summary>
public sealed class PickleBudgetTests
{
    private const long Most = 512L << 20;

    public static TheoryData<string, byte[]> Pickles { get; } = new()
    {
        { "a list copied 3000 times", Repeated(ListOfNones(1 << 20), "builtins", "tuple", null, 3000) },
        { "a text encoded 6000 times", Repeated(Text(new string('x', 1 << 20)), "_codecs", "encode", "latin1", 6000) },
        { "a text encoded 6000 times, with memo", Repeated(Text(new string('x', 1 << 20)), "_codecs", "encode", "latin1", 6000, remember: true) },
        { "an array named 200 000 times", SlicesNamedAgain(200_000) },
    };

    [Theory]
    [MemberData(nameof(Pickles), DisableDiscoveryEnumeration = true)]
    public void Memory_stays_in_proportion_to_the_file(string what, byte[] pickle)
    {
        foreach (var read in (Action<ReadOnlyMemory<byte>>[])[b => PaddleParams.Read(b, "x.pdparams"), b => PickledDictionary.ReadTexts(b, "x.pkl")])
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var refused = Assert.Throws<ModelFormatException>(() => read(pickle));
            Assert.Matches("that takes at most|shape and slices|whole numbers as keys", refused.Message);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < Most, what);
        }
    }

    /// <summary>What Python writes for a map of a million short texts must not be taken for an attack.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Maps_of_many_short_texts_are_read(int length)
    {
        var text = new string('a', length);
        using var stream = new MemoryStream();
        stream.Write([0x80, 4, (byte)'}', 0x94, (byte)'(']);
        for (var i = 0; i < 300_000; i++)
        {
            // Every text remembered, as Python does.
            stream.Write([(byte)'J', (byte)i, (byte)(i >> 8), (byte)(i >> 16), 0, 0x8c, (byte)length, .. Encoding.UTF8.GetBytes(text), 0x94]);
        }

        stream.Write("u."u8);
        Assert.Equal(300_000, PickledDictionary.ReadTexts(stream.ToArray(), "x").Count);
    }

    [Fact]
    public void Text_that_is_no_text_is_refused() =>
        Assert.Throws<ModelFormatException>(() => PickledDictionary.ReadTexts((byte[])[0x80, 2, (byte)'}', (byte)'(', (byte)'K', 1, (byte)'X', 2, 0, 0, 0, 0xC2, 0xCC, (byte)'u', (byte)'.'], "x"));

    private static byte[] Repeated(byte[] large, string module, string name, string? second, int times, bool remember = false)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, 2]);
        stream.Write(large);
        stream.Write([(byte)'q', 0, (byte)'0']);
        stream.Write(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));
        stream.Write([(byte)'q', 1, (byte)'0', (byte)'(']);
        for (var i = 0; i < times; i++)
        {
            stream.Write([(byte)'h', 1, (byte)'h', 0]);
            stream.Write(second is null ? [0x85] : [.. Text(second), 0x86]);
            stream.WriteByte((byte)'R');
            if (remember)
            {
                stream.Write([(byte)'r', .. BitConverter.GetBytes(i + 2)]);
            }
        }

        stream.Write("t."u8);
        return stream.ToArray();
    }

    private static byte[] ListOfNones(int count) => [(byte)']', (byte)'(', .. Enumerable.Repeat((byte)'N', count), (byte)'e'];

    private static byte[] Text(string text)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        return [(byte)'X', .. length, .. Encoding.UTF8.GetBytes(text)];
    }

    /// <summary>
    /// {'a': array of 20 000 floats, 'UnpackBigParamInfor@@': {'w': {'OriginShape': (..), 'slices': ['a', 'a', ...]}}}.
    /// </summary>
    private static byte[] SlicesNamedAgain(int times)
    {
        const int Elements = 20_000;
        using var stream = new MemoryStream();
        stream.Write([0x80, 3, (byte)'}', (byte)'(']);
        stream.Write([.. Text("a"), (byte)'q', 0]);
        stream.Write("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n(J\0\0\0\0tC\u0001b"u8);
        stream.Write([0x87, (byte)'R', (byte)'(', (byte)'K', 1, (byte)'(', (byte)'J', .. BitConverter.GetBytes(Elements), (byte)'t']);
        stream.Write([.. "cnumpy\ndtype\n"u8, .. Text("f4"), (byte)'K', 0, (byte)'K', 1, 0x87, (byte)'R']);
        stream.Write([0x89, (byte)'B', .. BitConverter.GetBytes(Elements * 4), .. new byte[Elements * 4], (byte)'t', (byte)'b']);
        stream.Write([.. Text("UnpackBigParamInfor@@"), (byte)'}', .. Text("w"), (byte)'}', (byte)'(', .. Text("OriginShape"), (byte)'J', .. BitConverter.GetBytes(times), 0x85, .. Text("slices")]);
        stream.Write([(byte)']', (byte)'(', .. Enumerable.Repeat<byte[]>([(byte)'h', 0], times).SelectMany(b => b), (byte)'e', (byte)'u', (byte)'s', (byte)'u', (byte)'.']);
        return stream.ToArray();
    }
}
