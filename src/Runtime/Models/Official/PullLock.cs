using System.Text.Json;
using System.Text.Json.Serialization;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Runtime.Models.Fetching;

namespace PPLCNet.Vision.Runtime.Models.Official;

/// <summary>
/// The user's lock file, <c>models.lock</c> in the folder of pulled models: the SHA-256 of every file that was pulled.
/// Where nobody publishes a hash, the first pull decides what the file is.
/// </summary>
internal sealed class PullLock(string folder)
{
    /// <summary>Its name.</summary>
    public const string FileName = "models.lock";

    private const long MaxBytes = 16 << 20;
    private const int GuardTries = 200;
    private const int GuardWait = 50; // ms

    private readonly string _path = Path.Combine(folder, FileName);

    /// <summary>What was noted of a file; null where it was never pulled.</summary>
    /// <exception cref="ModelFormatException">The lock file cannot be read.</exception>
    public LockedFile? Find(string model, string file) => Read().GetValueOrDefault($"{model}/{file}");

    /// <summary>Notes a file.</summary>
    /// <exception cref="ModelFormatException">The lock file cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string model, string file, LockedFile entry)
    {
        using var guard = Guard();
        var entries = Read();
        entries[$"{model}/{file}"] = entry;
        AtomicFile.Write(_path, overwrite: true, stream =>
            JsonSerializer.Serialize(stream, entries, PullLockJson.Default.SortedDictionaryStringLockedFile));
    }

    private SortedDictionary<string, LockedFile> Read() => !File.Exists(_path)
        ? new SortedDictionary<string, LockedFile>(StringComparer.Ordinal)
        : new SortedDictionary<string, LockedFile>(
            ForeignData.ReadModel(_path, "a lock file of pulled models", () =>
                JsonSerializer.Deserialize(
                    InputFile.ReadAllBytes(_path, MaxBytes), PullLockJson.Default.SortedDictionaryStringLockedFile)
                ?? throw new ModelFormatException(_path, "a lock file of pulled models", "null")),
            StringComparer.Ordinal);

    /// <summary>Keeps other processes from writing meanwhile, so that no note is lost.</summary>
    private FileStream Guard()
    {
        for (var tries = 1; tries < GuardTries; tries++)
        {
            if (GuardFile.TryTake(_path + ".guard") is { } guard)
            {
                return guard;
            }

            Thread.Sleep(GuardWait);
        }

        throw new IOException($"'{_path}': another process has been writing to it for {GuardTries * GuardWait / 1000} s.");
    }
}

/// <summary>What the lock file says of a file.</summary>
/// <param name="Sha256">SHA-256, lower-case hexadecimal.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Pulled">When.</param>
internal sealed record LockedFile(string Sha256, long Bytes, string Address, DateTimeOffset Pulled);

/// <summary>Source-generated JSON of the lock file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SortedDictionary<string, LockedFile>))]
internal sealed partial class PullLockJson : JsonSerializerContext;
