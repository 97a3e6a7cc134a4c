using PPLCNet.Vision.Reports;
using PPLCNet.Vision.Tests.Support;

namespace PPLCNet.Vision.Tests.Reports;

public sealed class HtmlPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_escapes_text_and_names_what_is_left_out()
    {
        var page = new HtmlPage("a < b", _folder.File("page"));
        var omitted = new List<string>();
        page.Omitted += omitted.Add;
        page.Table("Figures", ["name", "value"], [["x & y", "1"]]);
        page.Image("a#b.png", "caption");
        Assert.True(page.IsWhole);
        page.Missing("no image");
        page.Save("index.html");
        var text = File.ReadAllText(_folder.File("page/index.html"));
        Assert.Contains("<title>a &lt; b</title>", text, StringComparison.Ordinal);
        Assert.Contains("<td>x &amp; y</td>", text, StringComparison.Ordinal);
        Assert.Contains("src=\"a%23b.png\"", text, StringComparison.Ordinal);
        Assert.Equal(["no image"], page.Omissions);
        Assert.Equal(page.Omissions, omitted);
        Assert.False(page.IsWhole);
    }

    [Fact]
    public void A_contact_sheet_shows_small_images_and_names_unreadable_ones()
    {
        var sheet = new ContactSheet(new HtmlPage("sheet", _folder.File("sheet")), side: 40);
        Assert.Null(sheet.Add(Path.Combine(RepositoryPaths.Samples, "cat.jpg"), "a cat"));
        Assert.NotNull(sheet.Add(_folder.Write("broken.jpg", "no image"), "broken"));
        sheet.Page.Save("index.html");
        Assert.True(File.Exists(_folder.File("sheet/images/0000.jpg")));
        Assert.Contains("broken (cannot be shown", File.ReadAllText(_folder.File("sheet/index.html")), StringComparison.Ordinal);
    }
}
