using System.Runtime.CompilerServices;

namespace PPLCNet.Vision.Evaluation.Coco;

/// <summary>
/// Marks loops that run over every detection. They are compiled in full at the first call: an evaluation is often the only
/// one of its process, and would be over before the runtime recompiles them.
/// </summary>
internal static class HotLoop
{
    public const MethodImplOptions Options = MethodImplOptions.AggressiveOptimization;
}
