using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models.Fetching;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// Pulls official models: fetches a published file, compares its hash with the published one or with that of the first pull,
/// holds its content against the network, and puts the ready model in place with its manifest. A file that does not fit is
/// refused before anything is in place. Safe to share between threads; of several pulls of one model, in this process and in
/// others, one fetches it and the others wait for it.
/// </summary>
/// <param name="client">Carries out the requests; its handler decides about proxies.</param>
public sealed class OfficialPuller(HttpClient client)
{
    // Larger than every published file, training heads included.
    private const long MaxBytes = 1L << 30;

    private readonly FileFetcher _fetcher = new(client);

    /// <summary>Pulls a model. Parts of a model that joins several are not pulled with it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where it goes; made where it is missing.</param>
    /// <param name="options">Another address, progress, checks.</param>
    /// <param name="cancellationToken">Stops; what is fetched is kept for the next try.</param>
    /// <returns>The ready model.</returns>
    /// <exception cref="ModelFormatException">The file is not the published one, or not this model.</exception>
    /// <exception cref="HttpRequestException">No address gave the file; the message says where to copy it.</exception>
    /// <exception cref="IOException">The disk cannot be written to.</exception>
    public async Task<ModelFile> PullAsync(
        OfficialModel model, string folder, OfficialPullOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new OfficialPullOptions();
        if (model.Parts.Count > 0)
        {
            var joined = new PulledModel(
                new ModelManifest { Name = model.Name, Task = model.Task, License = model.License, Parts = model.Parts }, []);
            joined.Save(folder);
            return new ModelFile(joined.Manifest, "");
        }

        var manifest = Path.Combine(folder, model.Name + ".json");
        var before = File.GetLastWriteTimeUtc(manifest);
        using var turn = await GuardFile.TakeAsync(Path.Combine(folder, $".{model.Name}.pull"), cancellationToken).ConfigureAwait(false);
        if (File.GetLastWriteTimeUtc(manifest) != before)
        {
            return new ModelCatalog([], [folder]).Find(model.Name); // another pull has put it in place meanwhile
        }

        var downloads = new DownloadFolder(folder, model.Name);
        try
        {
            var fetched = await FetchAnyAsync(model, FilesOf(model, options), downloads, options.Progress, cancellationToken)
                .ConfigureAwait(false);
            var ready = await JudgeAsync(model, fetched, downloads, options, cancellationToken).ConfigureAwait(false);
            var path = ready.Save(folder);
            Note(fetched, downloads);
            downloads.Clear();
            return new ModelFile(ready.Manifest, path);
        }
        finally
        {
            downloads.DeleteWhereEmpty();
        }
    }

    private static void Note(FetchedFile fetched, DownloadFolder downloads) => new PullLock(downloads.Target).Write(
        downloads.Model, fetched.File.Name,
        new LockedFile(fetched.Sha256, fetched.Bytes, fetched.File.Address, DateTimeOffset.UtcNow));

    private static IReadOnlyList<OfficialFile> FilesOf(OfficialModel model, OfficialPullOptions options)
    {
        if (options.From is not { } from)
        {
            return model.Files;
        }

        // A file of the same name elsewhere is the same file: its published hash holds there too.
        var name = new OfficialFile(from).Name;
        return [(model.Files.FirstOrDefault(f => f.Name == name) ?? new OfficialFile(from)) with { Address = from }];
    }

    private async Task<FetchedFile> FetchAnyAsync(
        OfficialModel model, IReadOnlyList<OfficialFile> files, DownloadFolder downloads, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var file in files)
        {
            try
            {
                var (path, isOwn) = await FetchAsync(model, file, downloads, progress, cancellationToken).ConfigureAwait(false);
                return FetchedFile.Of(file, path, isOwn);
            }
            catch (HttpRequestException e)
            {
                failures.Add($"{file.Address}: {e.Message.TrimEnd('.')}");
            }
        }

        throw new HttpRequestException(
            $"'{model.Name}': no address gave the file; {string.Join("; ", failures)}. Without a network, copy '{files[0].Name}' from "
            + $"{files[0].Address} to '{downloads.PathOf(files[0].Name)}' and pull again.");
    }

    /// <summary>Fetches one file, unless it is on this disk.</summary>
    /// <returns>Its path, and whether it was fetched.</returns>
    private async Task<(string Path, bool IsOwn)> FetchAsync(
        OfficialModel model, OfficialFile file, DownloadFolder downloads, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var local = Uri.TryCreate(file.Address, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : file.Address;
        var copied = downloads.PathOf(file.Name);
        if (File.Exists(local) || File.Exists(copied))
        {
            return (File.Exists(local) ? local : copied, false);
        }

        if (uri?.Scheme is not ("http" or "https"))
        {
            throw new HttpRequestException("there is no such file, and it is no http or https address");
        }

        var part = copied + ".part";
        try
        {
            var request = new FileRequest(model.Name, file.Address, file.Bytes, file.Sha256.Length > 0) { MaxBytes = MaxBytes };
            await _fetcher.FetchAsync(request, part, progress, cancellationToken).ConfigureAwait(false);
            ThrowIfPage(part);
        }
        catch (Exception e) when (e is ModelFormatException or PageException)
        {
            ResumePoint.Delete(part); // another file: nothing to continue from
            throw;
        }

        return (part, true);
    }

    /// <summary>A login page or an error with status 200 is no file: another address may have it.</summary>
    private static void ThrowIfPage(string path)
    {
        var head = FetchedFile.Head(path);
        if (Path.GetExtension(path[..^".part".Length]).ToLowerInvariant() is not (".yml" or ".txt")
            && FileForms.Of(head) == FileForm.Page)
        {
            throw new PageException($"the server sent {FileForms.Describe(head)}");
        }
    }

    private async Task<PulledModel> JudgeAsync(
        OfficialModel model, FetchedFile fetched, DownloadFolder downloads, OfficialPullOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            fetched.Verify(model, new PullLock(downloads.Target), options.AcceptChanged);
            var (bytes, inside) = fetched.Read(MaxBytes);
            var beside = new CompanionFiles(model, fetched.File, options);
            var yml = inside is not null ? InferenceYml.Read(inside, fetched.File.Name + "#inference.yml")
                : await ReadYmlAsync(beside, downloads, cancellationToken).ConfigureAwait(false);
            var dictionary = OfficialConverter.NeedsDictionary(model, bytes, yml)
                ? Lines(
                    await FetchSmallAsync(beside, beside.Dictionaries, downloads, cancellationToken).ConfigureAwait(false), model)
                : [];
            var ready = new OfficialConverter(model).Convert(bytes, fetched.File.Address, yml, dictionary);
            Check(ready, options.Check);
            return ready;
        }
        catch (ModelFormatException e)
        {
            fetched.DeletePart();
            throw e.Subject == model.Name
                ? new ModelFormatException($"{model.Name}: {fetched.File.Address}", e.Expected, e.Found, e) : e;
        }
    }

    private static string[] Lines(byte[] dictionary, OfficialModel model) =>
        [.. Utf8File.Lines(Utf8File.Decode(dictionary, model.Dictionary[0].Name))];

    private static void Check(PulledModel ready, Action<ModelFile>? check)
    {
        var file = ModelFile.FromBytes(ready.Bytes, ready.Manifest);
        if (check is not null)
        {
            check(file);
        }
        else
        {
            ImageModel.Load(file).Dispose();
        }
    }

    private async Task<InferenceYml> ReadYmlAsync(
        CompanionFiles beside, DownloadFolder downloads, CancellationToken cancellationToken)
    {
        if (beside.Yml is not { } yml)
        {
            return InferenceYml.Empty;
        }

        try
        {
            return InferenceYml.Read(
                await FetchSmallAsync(beside, [yml], downloads, cancellationToken).ConfigureAwait(false), yml.Address);
        }
        catch (HttpRequestException) when (beside.IsOnMirror)
        {
            return InferenceYml.Empty; // A mirror of one's own may hold the graph alone.
        }
    }

    /// <summary>Fetches a file that belongs to the model's and compares its hash in the same way.</summary>
    private async Task<byte[]> FetchSmallAsync(
        CompanionFiles beside, IReadOnlyList<OfficialFile> files, DownloadFolder downloads, CancellationToken cancellationToken)
    {
        var fetched = await FetchAnyAsync(beside.Model, files, downloads, null, cancellationToken).ConfigureAwait(false);
        try
        {
            fetched.Verify(beside.Model, new PullLock(downloads.Target), beside.AcceptChanged);
            var bytes = ForeignData.ReadModel(
                fetched.Path, "a small text file", () => InputFile.ReadAllBytes(fetched.Path, InferenceYml.MaxBytes));
            Note(fetched, downloads);
            return bytes;
        }
        catch (ModelFormatException)
        {
            fetched.DeletePart();
            throw;
        }
    }
}
