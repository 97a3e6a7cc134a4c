using PPLCNet.Vision.Evaluation.Coco.Federated;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Puts numbers in the place of the codes of a file's <see cref="ForeignIds"/>, in images and categories.</summary>
internal sealed class IdNumbers
{
    private readonly ForeignIds _foreign;
    private readonly Dictionary<long, long> _numbers;
    private readonly Dictionary<long, long> _codes;

    /// <summary>Chooses the numbers.</summary>
    /// <param name="foreign">The ids.</param>
    /// <param name="isTaken">Whether a number is an id of the file already.</param>
    public IdNumbers(ForeignIds foreign, Func<long, bool> isTaken)
    {
        _foreign = foreign;
        _numbers = foreign.StandIns(isTaken);
        _codes = _numbers.ToDictionary(p => p.Value, p => p.Key);
    }

    /// <summary>The code that a number stands for; other numbers are their own.</summary>
    public long Code(long number) => _codes.GetValueOrDefault(number, number);

    /// <summary>The image with its number.</summary>
    public CocoImage Renumber(CocoImage image)
    {
        var renumbered = image.Labels is { } labels && _numbers.Count > 0
            ? image with { Labels = new FederatedLabels([.. labels.Absent.Select(Number)], [.. labels.NotExhaustive.Select(Number)]) }
            : image;
        return ForeignIds.IsCode(image.Id) ? renumbered with { Id = Number(image.Id), Foreign = _foreign[image.Id] } : renumbered;
    }

    /// <summary>The category with its number.</summary>
    public CocoCategory Renumber(CocoCategory category) =>
        ForeignIds.IsCode(category.Id) ? category with { Id = Number(category.Id), Foreign = _foreign[category.Id] } : category;

    private long Number(long id) => _numbers.GetValueOrDefault(id, id);
}
