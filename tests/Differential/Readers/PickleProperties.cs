using System.Buffers.Binary;
using PPLCNet.Vision.Backbone.Weights;
using PPLCNet.Vision.Retrieval.Galleries.Shitu;
using PPLCNet.Vision.Tests.Differential.Running;

namespace PPLCNet.Vision.Tests.Differential.Readers;

/// <summary>
/// Pickles are programs: random ones, with a part that comes again and again, stay within bounds of time and memory.
/// </summary>
public sealed class PickleProperties
{
    private const long MostBytes = 512L << 20;

    [Fact]
    public void Programs() => Property.Holds("pickle-programs", random =>
    {
        byte[] program = [0x80, (byte)random.Next(2, 6), .. Program(random), (byte)'.'];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var read in (Action[])[() => PaddleParams.Read(program, "p.pdparams"), () =>
            PickledIdMap.Read(program, "p.pkl")])
        {
            try
            {
                read();
            }
            catch (Exception e) when (e is ModelFormatException or DataFormatException)
            {
                Assert.Contains("'p.p", e.Message, StringComparison.Ordinal);
            }
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= MostBytes, $"{program.Length} bytes of program took {taken >> 20} MiB");
    });

    private static byte[] Program(Random random)
    {
        var code = new List<byte>();
        code.AddRange(Large(random));
        code.AddRange([(byte)'q', 0]); // the large thing is remembered as 0
        for (var n = random.Next(0, 6); n > 0; n--)
        {
            code.AddRange(Instruction(random));
        }

        byte[] part = [.. Enumerable.Range(0, random.Next(1, 7)).SelectMany(_ => Instruction(random))];
        for (var times = random.Next(1, 3000); times > 0; times--)
        {
            code.AddRange(part);
        }

        return [.. code];
    }

    /// <summary>A long list, text, or bytes.</summary>
    private static byte[] Large(Random random)
    {
        var count = random.Next(1, 60_000);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, count);
        return random.Next(3) switch
        {
            0 => [(byte)']', (byte)'(', .. Enumerable.Repeat((byte)'N', count), (byte)'e'],
            1 => [(byte)'X', .. length, .. Enumerable.Repeat((byte)'a', count)],
            _ => [(byte)'B', .. length, .. new byte[count]],
        };
    }

    private static byte[] Instruction(Random random) => random.Next(22) switch
    {
        0 => [(byte)'('],
        1 => [(byte)'t'],
        2 => [0x85],
        3 => [0x86],
        4 => [(byte)']'],
        5 => [(byte)'a'],
        6 => [(byte)'e'],
        7 => [(byte)'}'],
        8 => [(byte)'s'],
        9 => [(byte)'u'],
        10 => [(byte)'N'],
        11 => [(byte)'K', (byte)random.Next(256)],
        12 => [(byte)'X', 1, 0, 0, 0, (byte)'a'],
        13 => [(byte)'h', (byte)random.Next(3)],
        14 => [(byte)'q', (byte)random.Next(3)],
        15 => [0x94],
        16 => [(byte)'0'],
        17 => [(byte)'R'],
        18 => [(byte)'b'],
        19 => [.. "c_codecs\nencode\n"u8, (byte)'h', 0, (byte)'X', 6, 0, 0, 0, .. "latin1"u8, 0x86, (byte)'R'],
        20 => [.. "c__builtin__\ntuple\n"u8, (byte)'h', 0, 0x85, (byte)'R'],
        _ => [.. "cnumpy.core.multiarray\n_reconstruct\n"u8, .. "cnumpy\nndarray\n"u8, (byte)'K', 0, 0x85, (byte)'B', 1, 0, 0, 0,
            (byte)'b', 0x87, (byte)'R'],
    };
}
