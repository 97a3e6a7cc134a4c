namespace PPLCNet.Vision.Extensions;

/// <summary>Runs checks that throw, and collects what they say.</summary>
internal static class OptionChecks
{
    /// <summary>Adds a failure where the check throws.</summary>
    public static void Run(Action check, string subject, List<string> failures)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            failures.Add($"{subject}: {e.Message}");
        }
    }
}
