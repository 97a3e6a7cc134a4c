using System.Text.Json;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Reads one object of <c>annotations</c>.</summary>
internal static class AnnotationJson
{
    private const string What = "annotation";

    /// <summary>Reads the current object and adds it.</summary>
    public static void Read(ref JsonFileReader json, CocoGroundTruthBuilder builder, int index, CocoIou iou)
    {
        long? id = null, image = null, category = null;
        CocoBox? box = null;
        double? area = null;
        var (crowd, ignore, hasOutline) = (false, false, false);
        CocoSegmentation? outline = null;
        while (json.NextField())
        {
            if (json.Is("id"u8))
            {
                json.ReadRequired();
                id = json.Id("the id of an annotation", builder.Foreign);
            }
            else if (json.Is("image_id"u8))
            {
                json.ReadRequired();
                image = json.Id("image_id", builder.Foreign);
            }
            else if (json.Is("category_id"u8))
            {
                json.ReadRequired();
                category = json.Id("category_id", builder.Foreign);
            }
            else if (json.Is("area"u8))
            {
                json.ReadRequired();
                area = json.Token == JsonTokenType.Null ? null : json.Number("area");
            }
            else if (json.Is("iscrowd"u8))
            {
                json.ReadRequired();
                crowd = json.Flag("iscrowd");
            }
            else if (json.Is("ignore"u8))
            {
                json.ReadRequired();
                ignore = json.Truthy();
            }
            else if (json.Is("bbox"u8))
            {
                box = json.ReadBox();
                if (box is null && iou == CocoIou.Box)
                {
                    throw json.Fault($"annotation {index} (0-based) has an empty 'bbox'");
                }
            }
            else if (iou == CocoIou.Mask && json.Is("segmentation"u8))
            {
                hasOutline = true;
                outline = SegmentationJson.Read(ref json, What, index) ?? CocoSegmentation.Empty;
            }
            else
            {
                json.SkipValue();
            }
        }

        if (iou == CocoIou.Mask && !hasOutline)
        {
            throw json.Missing(What, index, "segmentation");
        }

        builder.CountOdd(areaIsMissing: area is null, outlineIsEmpty: outline == CocoSegmentation.Empty);
        builder.AddAnnotation(
            id ?? throw json.Missing(What, index, "id"),
            image ?? throw json.Missing(What, index, "image_id"),
            category ?? throw json.Missing(What, index, "category_id"),
            box ?? outline?.Box ?? throw json.Missing(What, index, "bbox"),
            area,
            crowd,
            outline,
            ignore);
    }
}
