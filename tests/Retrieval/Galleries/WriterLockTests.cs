using PPLCNet.Vision.Retrieval.Galleries.Files;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Retrieval.Galleries;

public class WriterLockTests
{
    [Fact]
    public void LocksAreNotWrittenThroughLinksNorOverFilesOfOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        using var folder = new TemporaryFolder();
        var gallery = folder.File("g.gallery");
        var victim = folder.Write("victim", "much more than a process id would ever take");
        File.CreateSymbolicLink(gallery + ".lock", victim);
        Assert.Throws<IOException>(() => WriterLock.Take(gallery));
        File.Delete(gallery + ".lock");
        File.Copy(victim, gallery + ".lock");
        Assert.Throws<DataFormatException>(() => WriterLock.Take(gallery));
        Assert.Equal(File.ReadAllText(victim), File.ReadAllText(gallery + ".lock"));
        File.Delete(gallery + ".lock");
        WriterLock.Take(gallery).Dispose();
        WriterLock.Take(gallery).Dispose(); // an earlier process id is ours
    }
}
