using System.Text.RegularExpressions;
using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Galleries;

/// <summary>Names of galleries. They never become paths of the client's making: only these characters, in one folder.</summary>
internal static partial class GalleryNames
{
    /// <summary>Ending of the files.</summary>
    public const string Extension = ".gallery";

    /// <summary>Whether a name may be one.</summary>
    public static bool IsValid(string name) => Form().IsMatch(name);

    /// <summary>Checks a name of a request.</summary>
    /// <exception cref="RequestException">It can be none, or the caller's key is for others; nobody is told which exist.</exception>
    public static void Check(string name, CallerRights rights)
    {
        if (!IsValid(name))
        {
            throw RequestException.Field("gallery", "expected 1 to 64 letters, digits, - or _", StatusCodes.Status404NotFound);
        }

        if (!rights.MayUse(name))
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "key", $"The key is for galleries whose names begin with '{rights.GalleryPrefix}'.");
        }
    }

    /// <summary>What a gallery that is not there is told as.</summary>
    public static RequestException Unknown() => RequestException.NotFound("gallery", "There is no gallery of this name.");

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex Form();
}
