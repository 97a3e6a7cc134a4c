using System.Security.Cryptography;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models.Fetching;

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
    private readonly FileFetcher _fetcher = new(client, open);

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
        if (IsHere())
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

        // Of several pulls of one file at once, one fetches it and the others wait for it.
        using var turn = await GuardFile.TakeAsync(path + ".pull", cancellationToken).ConfigureAwait(false);
        if (IsHere())
        {
            return path;
        }

        var failures = new List<string>();
        foreach (var source in model.Sources)
        {
            try
            {
                var request = new FileRequest(model.Name, source, model.Bytes, model.Sha256.Length > 0);
                await _fetcher.FetchAsync(request, path + ".part", progress, cancellationToken).ConfigureAwait(false);
                Accept(model, path + ".part", path);
                return path;
            }
            catch (HttpRequestException e)
            {
                failures.Add($"{source}: {e.Message}");
            }
            catch (ModelFormatException)
            {
                ResumePoint.Delete(path + ".part"); // another file: nothing to continue from
                throw;
            }
        }

        throw new HttpRequestException($"'{model.Name}': no address gave the file; {string.Join("; ", failures)}");

        bool IsHere() => File.Exists(path) && Difference(path, model) is null;
    }

    private static void Accept(ModelManifest model, string part, string path)
    {
        if (Difference(part, model) is var (expected, found))
        {
            ResumePoint.Delete(part);
            throw new ModelFormatException(model.Name, expected, $"{found} in what was pulled; it was deleted");
        }

        AtomicFile.Move(part, path, overwrite: true);
        ResumePoint.Delete(part);
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
