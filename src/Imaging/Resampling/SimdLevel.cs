using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PPLCNet.Vision.Imaging.Resampling;

/// <summary>Width of the vectors that the resampler works with.</summary>
internal enum SimdLevel
{
    /// <summary>Plain code, the twin that the others are tested against.</summary>
    Scalar,

    /// <summary>128 bits: SSE, NEON.</summary>
    Vector128,

    /// <summary>256 bits: AVX2.</summary>
    Vector256,

    /// <summary>512 bits: AVX-512 with byte shuffles.</summary>
    Vector512,
}

/// <summary>What this machine has.</summary>
internal static class Simd
{
    /// <summary>The widest level.</summary>
    public static SimdLevel Best { get; } =
        Supports(SimdLevel.Vector512) ? SimdLevel.Vector512
        : Supports(SimdLevel.Vector256) ? SimdLevel.Vector256
        : Supports(SimdLevel.Vector128) ? SimdLevel.Vector128
        : SimdLevel.Scalar;

    /// <summary>Whether this machine can run a level.</summary>
    public static bool Supports(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported,
        SimdLevel.Vector256 => Avx2.IsSupported,
        SimdLevel.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };
}
