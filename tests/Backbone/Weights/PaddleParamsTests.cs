using System.Text;
using PPLCNet.Vision.Backbone.Weights;

namespace PPLCNet.Vision.Tests.Backbone.Weights;

public class PaddleParamsTests
{
    // Written by Python's own pickler, protocol 2: { "conv.weight": 2x3 float32, "bn._mean": 2 float16,
    // "fc.bias": ("linear_0.b_0", 1 float32), "steps": scalar int64, "StructuredToParameterName@@": {...} }.
    private const string Protocol2 =
        "gAJ9cQAoWAsAAABjb252LndlaWdodHEBY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQJjbnVtcHkKbmRhcnJheQpxA0sAhX"
        + "EEY19jb2RlY3MKZW5jb2RlCnEFWAEAAABicQZYBgAAAGxhdGluMXEHhnEIUnEJh3EKUnELKEsBSwJLA4ZxDGNudW1weQpkdHlwZQpxDVgCAAAA"
        + "ZjRxDomIh3EPUnEQKEsDWAEAAAA8cRFOTk5K/////0r/////SwB0cRJiiWgFWB0AAAAAAMKAPwAAAMOAAAAAPwAAwoBAAADCoEAAAMOIQHETaA"
        + "eGcRRScRV0cRZiWAgAAABibi5fbWVhbnEXaAJoA2gEaAmHcRhScRkoSwFLAoVxGmgNWAIAAABmMnEbiYiHcRxScR1oEmKJaAVYBQAAAAA4AMOC"
        + "cR5oB4ZxH1JxIHRxIWJYBwAAAGZjLmJpYXNxImNfX2J1aWx0aW5fXwp0dXBsZQpxI1gMAAAAbGluZWFyXzAuYl8wcSRoAmgDaARoCYdxJVJxJi"
        + "hLAUsBhXEnaBCJaAVYBAAAAAAAEEFxKGgHhnEpUnEqdHErYoZxLIVxLVJxLlgFAAAAc3RlcHNxL2gCaANoBGgJh3EwUnExKEsBKWgNWAIAAABp"
        + "OHEyiYiHcTNScTRoEmKJaAVYCAAAAAcAAAAAAAAAcTVoB4ZxNlJxN3RxOGJYGwAAAFN0cnVjdHVyZWRUb1BhcmFtZXRlck5hbWVAQHE5fXE6aA"
        + "FYDAAAAGNvbnYyZF8wLndfMHE7c3Uu";

    // The same as an OrderedDict, protocol 4.
    private const string Protocol4 =
        "gASVyQEAAAAAAACMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAtjb252LndlaWdodJSMFW51bXB5LmNvcmUubXVsdGlhcnJheZ"
        + "SMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLA4aUaAiMBWR0eXBllJOUjAJmNJSJiIeUUpQo"
        + "SwOMATyUTk5OSv////9K/////0sAdJRiiUMYAACAPwAAAMAAAAA/AACAQAAAoEAAAMhAlHSUYowIYm4uX21lYW6UaAdoCmgLaAyHlFKUKEsBSw"
        + "KFlGgRjAJmMpSJiIeUUpRoFmKJQwQAOADClHSUYowHZmMuYmlhc5SMCGJ1aWx0aW5zlIwFdHVwbGWUk5SMDGxpbmVhcl8wLmJfMJRoB2gKaAto"
        + "DIeUUpQoSwFLAYWUaBSJQwQAABBBlHSUYoaUhZRSlIwFc3RlcHOUaAdoCmgLaAyHlFKUKEsBKWgRjAJpOJSJiIeUUpRoFmKJQwgHAAAAAAAAAJ"
        + "R0lGKMG1N0cnVjdHVyZWRUb1BhcmFtZXRlck5hbWVAQJR9lGgEjAxjb252MmRfMC53XzCUc3Uu";

    // { "UnpackBigParamInfor@@": { "big": { "OriginShape": (2, 2), "slices": [...] } }, "big@@.0": 3 values, "big@@.1": 1
    // value }.
    private const string Slices =
        "gASVFgEAAAAAAAB9lCiMFVVucGFja0JpZ1BhcmFtSW5mb3JAQJR9lIwDYmlnlH2UKIwLT3JpZ2luU2hhcGWUSwJLAoaUjAZzbGljZXOUXZQojA"
        + "diaWdAQC4wlIwHYmlnQEAuMZRldXNoCYwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmU"
        + "k5RLAIWUQwFilIeUUpQoSwFLA4WUaA6MBWR0eXBllJOUjAJmNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUMMAACAPwAAAEAAAE"
        + "BAlHSUYmgKaA1oEGgRaBKHlFKUKEsBSwGFlGgaiUMEAACAQJR0lGJ1Lg==";

    // { "a": an object whose unpickling calls os.system("echo owned") }, protocols 2 and 4, and one that calls eval.
    private const string CallsSystem2 = "gAJ9cQBYAQAAAGFxAWNwb3NpeApzeXN0ZW0KcQJYCgAAAGVjaG8gb3duZWRxA4VxBFJxBXMu";
    private const string CallsSystem4 = "gASVLAAAAAAAAAB9lIwBYZSMBXBvc2l4lIwGc3lzdGVtlJOUjAplY2hvIG93bmVklIWUUpRzLg==";
    private const string CallsEval = "gASVLgAAAAAAAAB9lIwBYZSMCGJ1aWx0aW5zlIwEZXZhbJSTlIwEZGF0YZR9lGgFSwFzhpRSlHMu";

    [Theory]
    [InlineData(Protocol2)]
    [InlineData(Protocol4)]
    public void Named_arrays_are_read_and_bookkeeping_is_left_out(string pickle)
    {
        var set = PaddleParams.Read(Convert.FromBase64String(pickle), "net.pdparams");
        Assert.Equal(["conv.weight", "bn._mean", "fc.bias", "steps"], set.Tensors.Keys);
        Assert.Equal([2, 3], set.Tensors["conv.weight"].Shape);
        Assert.Equal([1, -2, 0.5f, 4, 5, 6.25f], set.Tensors["conv.weight"].Values);
        Assert.Equal([0.5f, -3], set.Tensors["bn._mean"].Values);
        Assert.Equal([9], set.Tensors["fc.bias"].Values);
        Assert.Equal([7], set.Tensors["steps"].Values);
        Assert.Empty(set.Tensors["steps"].Shape);
    }

    [Fact]
    public void Slices_of_a_large_array_are_joined()
    {
        var (name, tensor) = Assert.Single(PaddleParams.Read(Convert.FromBase64String(Slices), "net.pdparams").Tensors);
        Assert.Equal("big", name);
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal([1, 2, 3, 4], tensor.Values);
    }

    [Theory]
    [InlineData(CallsSystem2, "posix.system")]
    [InlineData(CallsSystem4, "posix.system")]
    [InlineData(CallsEval, "builtins.eval")]
    public void A_file_that_would_call_something_is_refused_by_name(string pickle, string name)
    {
        var error = Assert.Throws<ModelFormatException>(() => PaddleParams.Read(Convert.FromBase64String(pickle), "evil.pdparams"));
        Assert.Contains($"the Python name '{name}'", error.Found);
    }

    [Theory]
    [InlineData("\u0080\u0002}.", null)] // An empty dictionary.
    [InlineData("", "1 more bytes")]
    [InlineData("\u0080\u0002}", "1 more bytes")] // No stop.
    [InlineData("\u0080\u0001}.", "protocol 2 to 5")]
    [InlineData("\u0080\u0002K\u0007.", "a dictionary of arrays")]
    [InlineData("\u0080\u0002}X\u0001\0\0\0aK\u0007s.", "an array under 'a'")]
    [InlineData("\u0080\u0002}K\u0001K\u0002s.", "text keys")]
    [InlineData("\u0080\u0002X\u00ff\u00ff\u00ff\u00ffab.", "4294967295 more bytes")]
    [InlineData("\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffab.", "-1 more bytes")]
    [InlineData("\u0080\u0002h\u0005.", "a remembered value")]
    [InlineData("\u0080\u0002t.", "a mark on the stack")]
    [InlineData("\u0080\u0002R.", "a value on the stack")]
    [InlineData("\u0080\u0002(0.", "a value on the stack")] // POP would remove the mark.
    [InlineData("\u0080\u0002}u.", "a mark on the stack")]
    [InlineData("\u0080\u0002}(K\u0001u.", "pairs of key and value")]
    [InlineData("\u0080\u0002)K\u0001b.", "a tuple as state")]
    [InlineData("\u0080\u0002})b.", "the state of an array or a type")]
    [InlineData("\u0080\u0002cnumpy\nndarray\n)\u0081.", "an instruction that makes plain data")] // NEWOBJ.
    [InlineData("\u0080\u0002cnumpy\nndarray\n)R.", "the making of an array")] // ndarray() itself is no way to make one.
    [InlineData("\u0080\u0002cos\nsystem\n.", "only numpy arrays")]
    [InlineData("\u0080\u0002cnumpy\ndtype", "more bytes")] // A line without end.
    [InlineData("\u0080\u0002(S'id'\ni__builtin__\neval\n.", "an instruction that makes plain data")] // STRING, INST.
    public void Anything_but_plain_data_is_refused(string bytes, string? expected)
    {
        var data = Encoding.Latin1.GetBytes(bytes);
        if (expected is null)
        {
            Assert.Equal(0, PaddleParams.Read(data, "case").Count);
            return;
        }

        Assert.Contains(expected, Assert.Throws<ModelFormatException>(() => PaddleParams.Read(data, "case")).Expected);
    }

    [Fact]
    public void Every_truncation_of_a_good_file_is_a_clear_error()
    {
        var whole = Convert.FromBase64String(Protocol4);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<ModelFormatException>(() => PaddleParams.Read(whole.AsMemory(0, length), "cut"));
        }
    }

    [Fact]
    public void Damaged_bytes_never_do_worse_than_a_clear_error()
    {
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = Convert.FromBase64String(round % 2 == 0 ? Protocol2 : Protocol4);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                PaddleParams.Read(damaged, "damaged");
            }
            catch (ModelFormatException)
            {
            }
        }
    }
}
