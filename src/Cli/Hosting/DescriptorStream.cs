using System.Runtime.InteropServices;

namespace PPLCNet.Vision.Cli.Hosting;

/// <summary>The reader of standard output is gone; the run ends without a word.</summary>
internal sealed class OutputClosedException() : OperationCanceledException("Standard output was closed by its reader.");

/// <summary>Writes to an open descriptor. .NET's own stream keeps silent about a pipe whose reader is gone.</summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4, TryAgain = 11, TryAgainOnMac = 35, BrokenPipe = 32;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (descriptor < 0)
        {
            throw new IOException("standard output is closed");
        }

        while (!buffer.IsEmpty)
        {
            var written = WriteSome(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain or TryAgainOnMac:
                    Thread.Sleep(1); // somebody made the pipe non-blocking
                    break;
                case BrokenPipe:
                    throw new OutputClosedException();
                case var error:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(int descriptor, ReadOnlySpan<byte> buffer, nint count);
}
