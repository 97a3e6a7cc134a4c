using PPLCNet.Vision.Server.Requests;

namespace PPLCNet.Vision.Server.Tasks;

/// <summary>A task of <c>/v1</c>: its options, and how it answers. One instance serves every request.</summary>
/// <param name="name">Its name, also the last part of its route.</param>
/// <param name="summary">A sentence for the API description.</param>
/// <param name="options">Its options.</param>
internal abstract class VisionTask(string name, string summary, params QueryOption[] options)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it does.</summary>
    public string Summary { get; } = summary;

    /// <summary>Its options.</summary>
    public IReadOnlyList<QueryOption> Options { get; } = options;

    /// <summary>Whether it draws its answer.</summary>
    public virtual bool CanDraw => true;

    /// <summary>Whether it answers as plain text.</summary>
    public virtual bool CanSay => false;

    /// <summary>Whether options alone make its answer an image.</summary>
    public virtual bool IsImage(QueryValues values) => false;

    /// <summary>Reads the options and gets the models.</summary>
    /// <exception cref="RequestException">An option or a name is wrong.</exception>
    public abstract Task<TaskRun> OpenAsync(QueryValues values, CallerRights rights, CancellationToken cancellationToken);
}
