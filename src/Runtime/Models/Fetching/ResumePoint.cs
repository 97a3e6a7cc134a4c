using System.Net;
using System.Net.Http.Headers;

namespace PPLCNet.Vision.Runtime.Models.Fetching;

/// <summary>
/// What an earlier try left of a file. Where no hash tells afterwards whether the pieces belong together, the address and the
/// server's version of the file stand in a note beside it, and the server is asked to continue only that version.
/// </summary>
internal sealed class ResumePoint
{
    private readonly FileRequest _request;
    private readonly string _part;
    private readonly string _note;
    private readonly string? _version;

    public ResumePoint(FileRequest request, string part)
    {
        (_request, _part, _note) = (request, part, part + ".version");
        Have = File.Exists(part) ? new FileInfo(part).Length : 0;
        if (Have == 0 || request.IsVerified)
        {
            return;
        }

        _version = File.Exists(_note) && File.ReadAllLines(_note) is [var address, var version] && address == request.Address
            ? version : null;
        if (_version is null)
        {
            Discard();
        }
    }

    /// <summary>Bytes that are here.</summary>
    public long Have { get; private set; }

    /// <summary>Asks for the rest.</summary>
    public void AddTo(HttpRequestMessage message)
    {
        if (Have > 0)
        {
            message.Headers.Range = new RangeHeaderValue(Have, null);
            if (_version is not null)
            {
                message.Headers.TryAddWithoutValidation("If-Range", _version);
            }
        }
    }

    /// <summary>Whether the answer is the rest of what is here.</summary>
    public bool IsContinuedBy(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.PartialContent
        && response.Content.Headers.ContentRange?.From == Have
        && (_version is null || VersionOf(response) is not { } version || version == _version);

    /// <summary>Notes which version of the file is being fetched.</summary>
    public void Remember(HttpResponseMessage response)
    {
        if (_request.IsVerified)
        {
            return;
        }

        if (VersionOf(response) is { } version)
        {
            File.WriteAllLines(_note, [_request.Address, version]);
        }
        else
        {
            File.Delete(_note);
        }
    }

    /// <summary>Deletes what is here.</summary>
    public void Discard()
    {
        Delete(_part);
        Have = 0;
    }

    /// <summary>Deletes a part and its note.</summary>
    public static void Delete(string part)
    {
        File.Delete(part);
        File.Delete(part + ".version");
    }

    // A weak tag promises the same meaning, not the same bytes.
    private static string? VersionOf(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("r");
}
