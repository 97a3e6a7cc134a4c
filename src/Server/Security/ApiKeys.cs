using System.Security.Cryptography;
using System.Text;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Server.Hosting;

namespace PPLCNet.Vision.Server.Security;

/// <summary>The keys of the server, kept as hashes. Thread-safe.</summary>
internal sealed class ApiKeys
{
    private const int ShortestKey = 8;

    private readonly List<(byte[] Hash, CallerRights Rights)> _keys = [];

    /// <summary>Reads the file of keys.</summary>
    /// <exception cref="DataFormatException">A line is not <c>key role [gallery-prefix]</c>.</exception>
    public ApiKeys(PplcnetServerOptions options)
    {
        if (options.ApiKeyFile is not { } path)
        {
            return;
        }

        var number = 0;
        foreach (var line in Utf8File.ReadLines(path))
        {
            number++;
            var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            if (words.Length is < 2 or > 3 || words[0].Length < ShortestKey || !Enum.TryParse<Role>(words[1], ignoreCase: true, out var role) || !Enum.IsDefined(role))
            {
                throw new DataFormatException($"'{path}', line {number}: expected a key of at least {ShortestKey} characters, a role (read, write or admin) and perhaps a gallery prefix.");
            }

            _keys.Add((Hash(words[0]), new CallerRights(role, words.Length == 3 ? words[2] : "")));
        }

        if (_keys.Count == 0)
        {
            throw new DataFormatException($"'{path}': expected at least one key, found none.");
        }
    }

    /// <summary>Whether a key is asked for.</summary>
    public bool AreAsked => _keys.Count > 0;

    /// <summary>What the key of a request allows; null where it has none that is known.</summary>
    public CallerRights? Find(HttpRequest request)
    {
        if (!AreAsked)
        {
            return CallerRights.All;
        }

        if (Key(request) is not { Length: > 0 } key)
        {
            return null;
        }

        // Every key is compared, so that the time tells nothing.
        var hash = Hash(key);
        CallerRights? found = null;
        foreach (var (known, rights) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? rights : found;
        }

        return found;
    }

    private static string? Key(HttpRequest request)
    {
        var words = request.Headers.Authorization.ToString().Split(' ', 2, StringSplitOptions.TrimEntries);
        return words is [var scheme, var key]
            && (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("token", StringComparison.OrdinalIgnoreCase))
            ? key
            : request.Headers["x-api-key"].FirstOrDefault() ?? request.Headers["api-key"].FirstOrDefault();
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
