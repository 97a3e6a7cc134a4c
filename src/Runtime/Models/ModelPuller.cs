using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using PPLCNet.Vision.Files;

namespace PPLCNet.Vision.Runtime.Models;

/// <summary>
/// Fetches model files from the addresses that the catalog names: resumes what an earlier try left, verifies SHA-256, and puts
/// the file in place in one step, so that a half file never bears the model's name. Safe to share between threads for
/// different models.
/// </summary>
/// <param name="client">Carries out the requests.</param>
/// <param name="open">Opens the file that is written to, at its end; null opens it on disk.</param>
internal sealed class ModelPuller(HttpClient client, Func<string, Stream>? open = null)
{
    private const int BufferBytes = 1 << 16;
    private const long MaxBytes = int.MaxValue; // models are read into one array

    /// <summary>Fetches a model's file into <paramref name="folder"/>, unless the right one is there already.</summary>
    /// <param name="model">Its catalog entry.</param>
    /// <param name="folder">Where the file goes; made where it is missing.</param>
    /// <param name="progress">Told how many bytes are here.</param>
    /// <param name="cancellationToken">Stops; what is here is kept for the next try.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ModelFormatException">The catalog names no address, or the download is not the expected file.</exception>
    /// <exception cref="HttpRequestException">No address gave a valid response.</exception>
    /// <exception cref="IOException">The file cannot be written; the message of a full disk says how much is missing.</exception>
    public async Task<string> PullAsync(
        ModelManifest model, string folder, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var path = Path.Combine(folder, Path.GetFileName(model.File));
        if (File.Exists(path) && Difference(path, model) is null)
        {
            return path;
        }

        if (model.Sources.Count == 0)
        {
            throw new ModelFormatException(
                model.Name,
                "an address to pull from in the catalog",
                $"none: the file must be copied manually. Put '{Path.GetFileName(model.File)}' into '{folder}' or into a folder that $PPLCNET_MODELS names; "
                + "weights in another form are imported with `pplcnet models import`");
        }

        Directory.CreateDirectory(folder);
        var failures = new List<string>();
        foreach (var source in model.Sources)
        {
            try
            {
                await FetchAsync(model, source, path + ".part", progress, cancellationToken).ConfigureAwait(false);
                Accept(model, path + ".part", path);
                return path;
            }
            catch (HttpRequestException e)
            {
                failures.Add($"{source}: {e.Message}");
            }
            catch (ModelFormatException)
            {
                File.Delete(path + ".part"); // another file: nothing to continue from
                throw;
            }
        }

        throw new HttpRequestException($"'{model.Name}': no address gave the file; {string.Join("; ", failures)}");
    }

    private async Task FetchAsync(ModelManifest model, string source, string part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        if (model.Bytes > 0 && have == model.Bytes)
        {
            return; // Whole, but the try ended before it was put in place.
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, source);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var resumes = have > 0 && response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (have > 0 && !resumes)
        {
            // The server starts over, or what is here is no part of its file.
            File.Delete(part);
            if (response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                await FetchAsync(model, source, part, progress, cancellationToken).ConfigureAwait(false);
                return;
            }

            have = 0;
        }

        response.EnsureSuccessStatusCode();
        await WriteAsync(model, response, part, have, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(
        ModelManifest model, HttpResponseMessage response, string part, long have, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var most = model.Bytes > 0 ? model.Bytes : MaxBytes;
        var total = have + (response.Content.Headers.ContentLength ?? 0);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            try
            {
                var file = open?.Invoke(part) ?? new FileStream(part, FileMode.Append, FileAccess.Write);
                await using (file.ConfigureAwait(false))
                {
                    for (int read; (read = await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                    {
                        if (have + read > most)
                        {
                            throw new ModelFormatException(model.Name, $"{(model.Bytes > 0 ? "" : "at most ")}{most} bytes", "more; the rest was not fetched");
                        }

                        await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                        have += read;
                        progress?.Report(have);
                    }

                    await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException e) when (DiskSpace.IsFull(e))
            {
                throw new IOException($"'{part}': the disk is full after {have} of {total} bytes; free some space and pull again; it continues from there.", e.HResult);
            }
        }

        if (total > have)
        {
            throw new HttpRequestException($"the connection ended after {have} of {total} bytes; pull again to continue from there");
        }
    }

    /// <summary>Reads from the network; its failures are distinguished from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new HttpRequestException($"the connection broke ({e.Message}); pull again to continue from there", e);
        }
    }

    private static void Accept(ModelManifest model, string part, string path)
    {
        if (Difference(part, model) is var (expected, found))
        {
            File.Delete(part);
            throw new ModelFormatException(model.Name, expected, $"{found} in what was pulled; it was deleted");
        }

        File.Move(part, path, overwrite: true);
    }

    private static (string Expected, string Found)? Difference(string path, ModelManifest model)
    {
        var length = new FileInfo(path).Length;
        if (model.Bytes > 0 && length != model.Bytes)
        {
            return ($"{model.Bytes} bytes", $"{length}");
        }

        if (model.Sha256.Length == 0)
        {
            return null;
        }

        using var stream = InputFile.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash == model.Sha256 ? null : ($"SHA-256 {model.Sha256}", hash);
    }
}
