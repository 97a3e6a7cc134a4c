using System.Runtime.InteropServices;
using System.Text;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>
/// Standard input, output and error as a command needs them: closed ones hang nothing, standard error that cannot be written ends
/// nothing, and a reader of standard output that is gone (<c>| head -1</c>) ends the run.
/// </summary>
internal static partial class StandardStreams
{
    private const int GetDescriptorFlags = 1, CloseOnExec = 1; // fcntl

    /// <summary>Replaces what .NET opens; called once, before anything is written.</summary>
    public static void Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (!IsInherited(0))
        {
            Console.SetIn(TextReader.Null);
        }

        Console.SetError(new ForgivingWriter(IsInherited(2) ? Console.Error : TextWriter.Null));
        Console.SetOut(new StreamWriter(OpenOut(), new UTF8Encoding(false)) { AutoFlush = true });
    }

    /// <summary>
    /// Standard output without a buffer; a write to a reader that is gone throws <see cref="OutputClosedException"/>.
    /// </summary>
    public static Stream OpenOut() =>
        OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(IsInherited(1) ? 1 : -1);

    /// <summary>
    /// Whether the process got a descriptor from its parent. Where the parent closed it, the number is free or belongs to a
    /// file that this process opened for itself, always to be closed on exec, as no inherited one can be.
    /// </summary>
    private static bool IsInherited(int descriptor) =>
        GetFlags(descriptor, GetDescriptorFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int GetFlags(int descriptor, int command);

    /// <summary>Standard error is for people; that nobody can read it is no reason to stop.</summary>
    private sealed class ForgivingWriter(TextWriter inner) : TextWriter
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Try(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

        public override void Write(string? value) => Try(() => inner.Write(value));

        public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

        public override void Flush() => Try(inner.Flush);

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
            {
                // Nobody to tell.
            }
        }
    }
}
