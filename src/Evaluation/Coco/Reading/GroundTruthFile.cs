using System.Text.Json;
using PPLCNet.Vision.Evaluation.Coco.Federated;
using PPLCNet.Vision.Files;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>
/// Reads <c>instances_*.json</c>: <c>images</c>, <c>categories</c>, <c>annotations</c> in any order, other fields skipped.
/// </summary>
internal static class GroundTruthFile
{
    /// <summary>Reads the whole file.</summary>
    public static CocoGroundTruth Read(string path, CocoIou iou) =>
        ForeignData.Read(path, "COCO ground truth", () => Read(path, iou, isWhole: true));

    /// <summary>Reads images and, where there are any, categories; annotations are skipped.</summary>
    public static CocoGroundTruth ReadImages(string path) =>
        ForeignData.Read(path, "COCO ground truth", () => Read(path, CocoIou.Box, isWhole: false));

    private static CocoGroundTruth Read(string path, CocoIou iou, bool isWhole)
    {
        var json = new JsonFileReader(path);
        try
        {
            return Read(ref json, new CocoGroundTruthBuilder(path), iou, isWhole);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static CocoGroundTruth Read(ref JsonFileReader json, CocoGroundTruthBuilder builder, CocoIou iou, bool isWhole)
    {
        var (images, categories, annotations) = (false, !isWhole, !isWhole);
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
                    ReadImage(ref json, builder, i, iou);
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
            else if (isWhole && json.Is("annotations"u8))
            {
                annotations = true;
                json.EnterList("annotations");
                for (var i = 0; json.NextItem("annotation", i); i++)
                {
                    AnnotationJson.Read(ref json, builder, i, iou);
                }
            }
            else
            {
                json.SkipValue();
            }
        }

        _ = json.Read(); // anything after the object is an error
        builder.HasNoAnnotations = !annotations;
        return images && categories
            ? builder.Build()
            : throw json.Fault("expected the lists images, categories and annotations, found no " + (images ? "'categories'" : "'images'"));
    }

    private static void ReadImage(ref JsonFileReader json, CocoGroundTruthBuilder builder, int index, CocoIou iou)
    {
        long? id = null;
        var (width, height, name) = (0, 0, "");
        long[]? absent = null, notExhaustive = null;
        while (json.NextField())
        {
            if (json.Is("id"u8))
            {
                json.ReadRequired();
                id = json.Id("the id of an image", builder.Foreign);
            }
            else if (json.Is("width"u8))
            {
                json.ReadRequired();
                width = json.Pixels("the width of an image", iou == CocoIou.Mask);
            }
            else if (json.Is("height"u8))
            {
                json.ReadRequired();
                height = json.Pixels("the height of an image", iou == CocoIou.Mask);
            }
            else if (json.Is("file_name"u8))
            {
                json.ReadRequired();
                name = json.Text() ?? "";
            }
            else if (json.Is("neg_category_ids"u8))
            {
                absent = json.ReadIds("neg_category_ids", builder.Foreign);
            }
            else if (json.Is("not_exhaustive_category_ids"u8))
            {
                notExhaustive = json.ReadIds("not_exhaustive_category_ids", builder.Foreign);
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
                id = json.Id("the id of a category", builder.Foreign);
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
        builder.AddCategory(known, name ?? (ForeignIds.IsCode(known) ? builder.Foreign[known].Text : $"{known}"), frequency);
    }
}
