using PPLCNet.Vision.Cli.Commands.Models;
using PPLCNet.Vision.Runtime.Models;
using PPLCNet.Vision.Runtime.Models.Official;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Cli.Models;

/// <summary>A server, a client that only reaches that server, and a folder for what is pulled.</summary>
public abstract class PullSetup : IDisposable
{
    protected PullSetup() => Client = new HttpClient(new ToLoopback(Server.Address));

    protected TemporaryFolder Folder { get; } = new();

    protected LoopbackServer Server { get; } = new();

    protected HttpClient Client { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Pulls with the command's checks.</summary>
    protected Task<ModelFile> PullAsync(OfficialModel model, string? from = null, bool acceptChanged = false) =>
        new OfficialPuller(Client).PullAsync(
        model, Folder.Path,
        new OfficialPullOptions { From = from, AcceptChanged = acceptChanged, Check = OfficialPull.Load }, Token);

    /// <summary>Nobody can write the file that a published hash belongs to; hashes have tests of their own.</summary>
    protected static OfficialModel WithoutHashes(OfficialModel model) => model with
    {
        Files = [.. model.Files.Select(f => f with { Sha256 = "", Bytes = 0, Yml = f.Yml is null ? null : "" })],
        Dictionary = [.. model.Dictionary.Select(f => f with { Sha256 = "", Bytes = 0 })],
    };

    /// <summary>An official model without the hashes of its files.</summary>
    protected static OfficialModel Find(string name) => WithoutHashes(OfficialModels.Find(name)!);

    /// <summary>Serves a file at its published address.</summary>
    private protected void Publish(OfficialFile file, byte[] content) => Server.Serve(file.Address["https://".Length..], content);
}
