using System.Security.Cryptography;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models.Fetching;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>A published file on this disk.</summary>
/// <param name="File">What the table says of it.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsOwn">Whether it was fetched; files that somebody put there are never deleted.</param>
internal sealed record FetchedFile(OfficialFile File, string Path, string Sha256, long Bytes, bool IsOwn)
{
    /// <summary>Hashes a file.</summary>
    public static FetchedFile Of(OfficialFile file, string path, bool isOwn)
    {
        using var stream = InputFile.OpenRead(path);
        return new FetchedFile(file, path, Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length, isOwn);
    }

    /// <summary>The first bytes of a file.</summary>
    public static byte[] Head(string path)
    {
        using var stream = InputFile.OpenRead(path);
        var head = new byte[FileForms.HeadBytes];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Compares with the published hash, or where there is none with the one of the first pull.</summary>
    /// <exception cref="ModelFormatException">It is another file.</exception>
    public void Verify(OfficialModel model, PullLock locked, bool acceptChanged)
    {
        if (File.Bytes > 0 && Bytes != File.Bytes)
        {
            throw new ModelFormatException(model.Name, $"{File.Bytes} bytes", $"{Bytes}");
        }

        if (File.Sha256.Length > 0)
        {
            if (Sha256 != File.Sha256)
            {
                throw new ModelFormatException(model.Name, $"the published SHA-256 {File.Sha256}", Sha256);
            }
        }
        else if (!acceptChanged && locked.Find(model.Name, File.Name) is { } first && first.Sha256 != Sha256)
        {
            throw new ModelFormatException(
                model.Name,
                $"'{File.Name}' as it was pulled on {first.Pulled:yyyy-MM-dd} (SHA-256 {first.Sha256}, noted in {PullLock.FileName})",
                $"{Sha256}; if the authors replaced the file, pull with --accept-changed");
        }
    }

    /// <summary>Reads the model, out of its archive where it lies in one.</summary>
    /// <param name="maxBytes">Most bytes that are read.</param>
    /// <exception cref="ModelFormatException">It is too large, or the archive is damaged or holds no model.</exception>
    public (byte[] Model, byte[]? Yml) Read(long maxBytes)
    {
        var form = FileForms.Of(Head(Path));
        if (form is FileForm.Zip or FileForm.Tar)
        {
            var archived = Archive.Read(Path, form, maxBytes);
            return (archived.Bytes, archived.Yml);
        }

        return (ForeignData.ReadModel(Path, "a model", () => InputFile.ReadAllBytes(Path, maxBytes)), null);
    }

    /// <summary>Deletes what was fetched; a file that somebody put there stays.</summary>
    public void DeletePart()
    {
        if (IsOwn)
        {
            ResumePoint.Delete(Path);
        }
    }
}

/// <summary>A server answered with a page instead of a file.</summary>
internal sealed class PageException(string message) : HttpRequestException(message);
