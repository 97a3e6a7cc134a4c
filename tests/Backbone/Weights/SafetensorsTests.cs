using System.Buffers.Binary;
using System.Text;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Weights;

public class SafetensorsTests
{
    [Theory]
    [InlineData(ElementType.Float32, 0)]
    [InlineData(ElementType.Float16, 1.0 / 1024)]
    [InlineData(ElementType.BFloat16, 1.0 / 128)]
    public void Written_tensors_are_read_back_within_the_storages_precision(Enum type, double relative)
    {
        var storage = (ElementType)type;
        var random = new Random(7);
        var set = new WeightSet("memory", new Dictionary<string, WeightTensor>
        {
            ["b.weight"] = new([3, 4], [.. Enumerable.Range(0, 12).Select(_ => (random.NextSingle() * 4) - 2)]),
            ["a"] = new([], [1.5f]),
            ["empty"] = new([0, 2], []),
        });
        using var stream = new MemoryStream();
        Safetensors.Write(stream, set, storage, new Dictionary<string, string> { ["made"] = "\"here\"" });
        var read = Safetensors.Read(stream.ToArray(), "memory");
        Assert.Equal(["a", "b.weight", "empty"], read.Tensors.Keys.Order());
        foreach (var (name, tensor) in set.Tensors)
        {
            Assert.Equal(tensor.Shape, read.Tensors[name].Shape);
            Assert.All(tensor.Values.Zip(read.Tensors[name].Values), p => Assert.Equal(p.First, p.Second, Math.Abs(p.First) * relative));
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, null)]
    [InlineData("""{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""", 8, null)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "8 bytes of tensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "8 bytes of tensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "in 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "no negative dimension")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""", 8, "dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8, "of a type among")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "in 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "without gap or overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "without gap or overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "every tensor once")]
    [InlineData("[1]", 0, "a JSON object")]
    [InlineData("{", 0, "a JSON header")]
    public void A_header_is_checked_before_any_tensor_is_touched(string header, int dataBytes, string? expected)
    {
        var file = FileOf((ulong)header.Length, header, dataBytes);
        if (expected is null)
        {
            Assert.Equal(1, Safetensors.Read(file, "case").Count);
            return;
        }

        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => Safetensors.Read(file, "case")).Expected);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Assert.Throws<ModelFormatException>(() => Safetensors.Read(FileOf(length, "{}", 0), "case"));

    [Fact]
    public void A_file_of_three_bytes_is_refused() =>
        Assert.Throws<ModelFormatException>(() => Safetensors.Read(new byte[3], "case"));

    private static byte[] FileOf(ulong length, string header, int dataBytes)
    {
        var file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Encoding.UTF8.GetBytes(header, file.AsSpan(8));
        return file;
    }
}
