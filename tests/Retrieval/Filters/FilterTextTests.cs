using PPLCNet.Vision.Retrieval.Filters;
using PPLCNet.Vision.Retrieval.Items;

namespace PPLCNet.Vision.Tests.Retrieval.Filters;

public sealed class FilterTextTests
{
    private static readonly GalleryItem[] _items =
    [
        .. Enumerable.Range(0, 8).Select(i => new GalleryItem(
            i, $"l{i % 3}", new float[] { 1 }, i == 7 ? null : new Dictionary<string, MetadataValue> { ["price"] = i, ["shop"] = i % 2 == 0 ? "even" : "odd" })),
        new(8, "two words", new float[] { 1 }),
    ];

    [Theory]
    [InlineData("id>=5", "5 6 7 8")]
    [InlineData("id<=1", "0 1")]
    [InlineData("id>6", "7 8")]
    [InlineData("id<2", "0 1")]
    [InlineData("id=3", "3")]
    [InlineData("id==3", "3")]
    [InlineData("id!=3", "0 1 2 4 5 6 7 8")]
    [InlineData("id", "0 1 2 3 4 5 6 7 8")]
    [InlineData("label>=l1", "1 2 4 5 7 8")]
    [InlineData("label<=l1", "0 1 3 4 6 7")]
    [InlineData("label>l1", "2 5 8")]
    [InlineData("label<l1", "0 3 6")]
    [InlineData("label==l1", "1 4 7")]
    [InlineData("label = \"two words\"", "8")]
    [InlineData("label=two words", "8")]
    [InlineData("label!=l1", "0 2 3 5 6 8")]
    [InlineData("label", "0 1 2 3 4 5 6 7 8")]
    [InlineData("price>4", "5 6")]
    [InlineData("price<2", "0 1")]
    [InlineData("price==4", "4")]
    [InlineData("shop==even", "0 2 4 6")]
    [InlineData("shop>even", "1 3 5")]
    [InlineData("price", "0 1 2 3 4 5 6")]
    public void Conditions_find_what_they_say(string text, string ids)
    {
        var filter = ItemFilter.Parse(text);
        Assert.Equal(ids, string.Join(' ', _items.Where(filter.Matches).Select(i => i.Id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=5")]
    [InlineData("id>=five")]
    [InlineData("id=1.5")]
    [InlineData("id=-1")]
    [InlineData("price!5")]
    [InlineData("label~tea")]
    public void What_is_no_condition_is_refused(string text) => Assert.Throws<ArgumentException>(() => ItemFilter.Parse(text));
}
