using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Reads <c>instances_*.json</c>: <c>images</c>, <c>categories</c>, <c>annotations</c> in any order, other fields passed over.</summary>
internal static class GroundTruthFile
{
    public static CocoGroundTruth Read(string path, CocoIou iou) => ForeignData.Read(path, "COCO ground truth", () => ReadFile(path, iou));

    private static CocoGroundTruth ReadFile(string path, CocoIou iou)
    {
        var json = new JsonFileReader(path);
        try
        {
            return Read(ref json, new CocoGroundTruthBuilder(path), iou);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static CocoGroundTruth Read(ref JsonFileReader json, CocoGroundTruthBuilder builder, CocoIou iou)
    {
        var (images, categories, annotations) = (false, false, false);
        json.ReadRequired();
        json.Expect(JsonTokenType.StartObject, "expected an object with images, categories and annotations");
        while (json.NextField())
        {
            if (json.Is("images"u8))
            {
                images = true;
                json.EnterList("images");
                for (var i = 0; json.NextItem("image", i); i++)
                {
                    ReadImage(ref json, builder, i);
                }
            }
            else if (json.Is("categories"u8))
            {
                categories = true;
                json.EnterList("categories");
                for (var i = 0; json.NextItem("category", i); i++)
                {
                    ReadCategory(ref json, builder, i);
                }
            }
            else if (json.Is("annotations"u8))
            {
                annotations = true;
                json.EnterList("annotations");
                for (var i = 0; json.NextItem("annotation", i); i++)
                {
                    ReadAnnotation(ref json, builder, i, iou);
                }
            }
            else
            {
                json.SkipValue();
            }
        }

        _ = json.Read(); // anything after the object is an error
        return images && categories && annotations
            ? builder.Build()
            : throw json.Fault("expected the lists images, categories and annotations, found no "
                + (!images ? "'images'" : !categories ? "'categories'" : "'annotations'"));
    }

    private static void ReadImage(ref JsonFileReader json, CocoGroundTruthBuilder builder, int index)
    {
        long? id = null;
        var (width, height, name) = (0, 0, "");
        long[]? absent = null, notExhaustive = null;
        while (json.NextField())
        {
            if (json.Is("id"u8))
            {
                json.ReadRequired();
                id = json.Integer("the id of an image");
            }
            else if (json.Is("width"u8))
            {
                json.ReadRequired();
                width = json.Pixels("the width of an image");
            }
            else if (json.Is("height"u8))
            {
                json.ReadRequired();
                height = json.Pixels("the height of an image");
            }
            else if (json.Is("file_name"u8))
            {
                json.ReadRequired();
                name = json.Text() ?? "";
            }
            else if (json.Is("neg_category_ids"u8))
            {
                absent = json.ReadIds("neg_category_ids");
            }
            else if (json.Is("not_exhaustive_category_ids"u8))
            {
                notExhaustive = json.ReadIds("not_exhaustive_category_ids");
            }
            else
            {
                json.SkipValue();
            }
        }

        var labels = absent is null || notExhaustive is null ? null : new FederatedLabels(absent, notExhaustive);
        builder.AddImage(id ?? throw json.Missing("image", index, "id"), width, height, name, labels);
    }

    private static void ReadCategory(ref JsonFileReader json, CocoGroundTruthBuilder builder, int index)
    {
        long? id = null;
        string? name = null;
        var frequency = CategoryFrequency.Unknown;
        while (json.NextField())
        {
            if (json.Is("id"u8))
            {
                json.ReadRequired();
                id = json.Integer("the id of a category");
            }
            else if (json.Is("name"u8))
            {
                json.ReadRequired();
                name = json.Text();
            }
            else if (json.Is("frequency"u8))
            {
                frequency = json.ReadFrequency();
            }
            else
            {
                json.SkipValue();
            }
        }

        var known = id ?? throw json.Missing("category", index, "id");
        builder.AddCategory(known, name ?? $"{known}", frequency);
    }

    private static void ReadAnnotation(ref JsonFileReader json, CocoGroundTruthBuilder builder, int index, CocoIou iou)
    {
        long? id = null, image = null, category = null;
        CocoBox? box = null;
        double? area = null;
        var crowd = false;
        CocoSegmentation? outline = null;
        while (json.NextField())
        {
            if (json.Is("id"u8))
            {
                json.ReadRequired();
                id = json.Integer("the id of an annotation");
            }
            else if (json.Is("image_id"u8))
            {
                json.ReadRequired();
                image = json.Integer("image_id");
            }
            else if (json.Is("category_id"u8))
            {
                json.ReadRequired();
                category = json.Integer("category_id");
            }
            else if (json.Is("area"u8))
            {
                json.ReadRequired();
                area = json.Number("area");
            }
            else if (json.Is("iscrowd"u8))
            {
                json.ReadRequired();
                crowd = json.Flag("iscrowd");
            }
            else if (json.Is("bbox"u8))
            {
                box = json.ReadBox() ?? throw json.Fault($"annotation {index} (0-based) has an empty 'bbox'");
            }
            else if (iou == CocoIou.Mask && json.Is("segmentation"u8))
            {
                outline = SegmentationJson.Read(ref json, "annotation", index);
            }
            else
            {
                json.SkipValue();
            }
        }

        const string What = "annotation";
        builder.AddAnnotation(
            id ?? throw json.Missing(What, index, "id"),
            image ?? throw json.Missing(What, index, "image_id"),
            category ?? throw json.Missing(What, index, "category_id"),
            box ?? throw json.Missing(What, index, "bbox"),
            area ?? throw json.Missing(What, index, "area"),
            crowd,
            iou == CocoIou.Box ? null : outline ?? throw json.Missing(What, index, "segmentation"));
    }
}
