namespace PPLCNet.Vision.Server.Security;

/// <summary>Keeps what the caller may do with its request.</summary>
internal static class CallerRightsFeature
{
    /// <summary>Notes the rights.</summary>
    public static void Set(HttpContext context, CallerRights rights) => context.Items[typeof(CallerRights)] = rights;

    /// <summary>The rights.</summary>
    public static CallerRights Of(HttpContext context) => (CallerRights)context.Items[typeof(CallerRights)]!;
}
