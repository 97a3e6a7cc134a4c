using System.Buffers.Binary;
using System.Text;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Retrieval.Galleries.Shitu;

/// <summary>
/// Reads and writes a pickled <c>dict</c> of ids and text; reading executes nothing (see <see cref="PickledDictionary"/>).
/// </summary>
internal static class PickledIdMap
{
    /// <summary>Reads protocols 2 to 5, which is every pickle of Python 3 unless it was asked for an older one.</summary>
    /// <exception cref="DataFormatException">The file is not a dictionary of whole numbers and text.</exception>
    public static Dictionary<long, string> Read(byte[] bytes, string name)
    {
        try
        {
            return PickledDictionary.ReadTexts(bytes, name);
        }
        catch (ModelFormatException e)
        {
            throw new DataFormatException($"'{name}': expected a pickled dictionary of ids and text; expected {e.Expected}, found {e.Found}.", e);
        }
    }

    /// <summary>Writes protocol 2, which every Python reads.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<long, string>> map)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, 2, (byte)'}', (byte)'(']);
        Span<byte> number = stackalloc byte[8];
        foreach (var (id, text) in map)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, id);
            stream.Write([0x8A, 8]);
            stream.Write(number);
            var utf8 = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(number, utf8.Length);
            stream.WriteByte((byte)'X');
            stream.Write(number[..4]);
            stream.Write(utf8);
        }

        stream.Write("u."u8);
        return stream.ToArray();
    }
}
