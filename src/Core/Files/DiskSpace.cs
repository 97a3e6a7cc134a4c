namespace PPLCNet.Vision.Files;

/// <summary>Tells a full disk from other failures of input and output.</summary>
internal static class DiskSpace
{
    private const int NoSpace = 28; // ENOSPC, which .NET passes on as the HResult
    private const int QuotaExceeded = 122; // EDQUOT
    private const int WindowsDiskFull = 112; // ERROR_DISK_FULL

    /// <summary>Whether there was no space left.</summary>
    public static bool IsFull(Exception e) =>
        (e is IOException && (e.HResult & 0xFFFF) is NoSpace or QuotaExceeded or WindowsDiskFull) || IsTooLong(e);

    /// <summary>
    /// Whether the file would have become longer than its file system or a limit of the process allows. .NET reports that
    /// (EFBIG) like an argument of the caller.
    /// </summary>
    private static bool IsTooLong(Exception e) => e is ArgumentOutOfRangeException { ParamName: "value", Source: "System.Private.CoreLib" }
        && e.StackTrace?.Contains("System.IO.RandomAccess.Write", StringComparison.Ordinal) == true;
}
