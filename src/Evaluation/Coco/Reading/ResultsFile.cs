using System.Text.Json;
using PPLCNet.Vision.Geometry;

namespace PPLCNet.Vision.Evaluation.Coco.Reading;

/// <summary>Reads a results file: a list of <c>{image_id, category_id, bbox and/or segmentation, score}</c>.</summary>
internal static class ResultsFile
{
    public static CocoResults Read(string path, CocoIou iou)
    {
        var json = new JsonFileReader(path);
        try
        {
            var results = new CocoResults(path);
            json.ReadRequired();
            json.Expect(JsonTokenType.StartArray, "expected a list of detections");
            bool? boxesGiven = null; // the first entry decides
            for (var i = 0; json.NextItem("detection", i); i++)
            {
                ReadDetection(ref json, results, i, iou, ref boxesGiven);
            }

            _ = json.Read(); // anything after the list is an error
            return results;
        }
        finally
        {
            json.Dispose();
        }
    }

    private static void ReadDetection(ref JsonFileReader json, CocoResults results, int index, CocoIou iou, ref bool? boxesGiven)
    {
        long? image = null, category = null;
        CocoBox? box = null;
        double? score = null;
        CocoSegmentation? outline = null;
        while (json.NextField())
        {
            if (json.Is("image_id"u8))
            {
                json.ReadRequired();
                image = json.Integer("image_id");
            }
            else if (json.Is("category_id"u8))
            {
                json.ReadRequired();
                category = json.Integer("category_id");
            }
            else if (json.Is("score"u8))
            {
                json.ReadRequired();
                score = json.Number("score");
            }
            else if (json.Is("bbox"u8))
            {
                box = json.ReadBox();
            }
            else if (json.Is("segmentation"u8) && (iou == CocoIou.Mask || boxesGiven != true))
            {
                outline = SegmentationJson.Read(ref json, "detection", index);
            }
            else
            {
                json.SkipValue();
            }
        }

        boxesGiven ??= box is not null;
        var imageId = image ?? throw json.Missing("detection", index, "image_id");
        var categoryId = category ?? throw json.Missing("detection", index, "category_id");
        var confidence = score ?? throw json.Missing("detection", index, "score");
        if (boxesGiven == true)
        {
            results.Add(imageId, categoryId, box ?? throw json.Missing("detection", index, "bbox"), confidence, outline);
            return;
        }

        var mask = (outline ?? throw json.Missing("detection", index, "segmentation")).Mask
            ?? throw json.Fault($"detection {index} (0-based) has polygons and the first entry no 'bbox'; expected run lengths");
        if (box is { } given)
        {
            results.AddWithMaskArea(imageId, categoryId, given, mask, confidence);
        }
        else
        {
            results.Add(imageId, categoryId, mask, confidence);
        }
    }
}
