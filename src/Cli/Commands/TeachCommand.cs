using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Commands.Teach;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Figures;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet teach</c>: a head for classes of one's own.</summary>
internal static class TeachCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("teach", "Learn classes of one's own from a folder of photos, on the frozen backbone.");
        var folder = command.Argument<string?>("DIR", "A folder with a folder of images per label.", ArgumentArity.ZeroOrOne);
        var target = command.Text(
            "--out", "The model to write; it goes into `classify --model` and `analyse --add`.", "MODEL.safetensors", required: true);
        var share = command.Flag<double>("--val", "Share of each label's images that is held back for validation.", "0..1")
            .Default(0.2).Must(s => s is > 0 and < 1, "must lie above 0 and below 1");
        var validation = command.Text("--val-dir", "Validate with the images of this folder instead.", "DIR");
        var list = command.Text(
            "--multi-label",
            "Images with any number of labels: path, tab, labels parted by semicolons, one a line; paths start in DIR.",
            "FILE");
        var gallery = command.Text("--from-gallery", "Learn from the vectors of a gallery; no image is read.", "GALLERY");
        var backbone = command.Text(
            "--backbone", "The network below the head: a PP-LCNet with any heads, or an ONNX file with a vector as output.", "NAME|PATH")
            .Default("pplcnet-x1.0-embed");
        var report = command.Text("--report", "Write report.json and index.html into this folder.", "DIR");
        var seed = command.Flag<int>("--seed", "Decides which images are held back.", "N").Default(1);
        var json = command.Switch("--json", "One JSON object of names and numbers.");
        var workers = RuntimeFlags.Workers(command);
        command.Refuse(
            r => (r.GetValue(folder) is not null || r.GetValue(list) is not null) == r.GetValue(gallery) is not null,
            "teach takes either a folder DIR (or --multi-label FILE), or --from-gallery GALLERY.");
        command.Refuse(
            r => r.GetValue(validation) is not null && (r.GetValue(list) is not null || r.GetValue(gallery) is not null),
            "--val-dir goes with a folder DIR only.");
        command.SetAction(parse =>
        {
            var path = parse.GetValue(target)!;
            var options = new HeadTrainerOptions
            {
                ValidationShare = parse.GetValue(share),
                Seed = parse.GetValue(seed),
                Workers = parse.GetValue(workers) ?? 0,
                CachePath = path + ".features",
            };
            using var trainer = Load(parse.GetValue(backbone)!, path, ofGallery: parse.GetValue(gallery) is not null);
            if (parse.GetValue(gallery) is { } vectors)
            {
                using var open = GalleryPath.Open(vectors, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
                return Write(progress => trainer.Teach(open, options, progress, Interrupt.Stop), path, parse.GetValue(report), parse.GetValue(json));
            }

            var data = parse.GetValue(list) is { } labels
                ? TeachingData.FromList(labels, parse.GetValue(folder))
                : TeachingData.FromFolder(parse.GetValue(folder)!, parse.GetValue(validation));
            foreach (var photo in data.Photos)
            {
                OutputFile.Protect(photo.Path);
            }

            OutputFile.Check(options.CachePath, "the cache of --out");
            return Write(progress => trainer.Teach(data, options, progress, Interrupt.Stop), path, parse.GetValue(report), parse.GetValue(json));
        });
        return command;
    }

    private static HeadTrainer Load(string backbone, string path, bool ofGallery)
    {
        if (File.Exists(backbone))
        {
            OutputFile.Protect(backbone);
        }

        OutputFile.Check(path, "--out", TeachFiles.IsModel, "a model");
        var trainer = ofGallery ? HeadTrainer.LoadForGallery(backbone) : HeadTrainer.Load(backbone);
        if (Path.GetExtension(path).Equals(trainer.Extension, StringComparison.OrdinalIgnoreCase))
        {
            return trainer;
        }

        using (trainer)
        {
            throw CliException.Usage(
                $"--out '{path}': expected a file name that ends in {trainer.Extension}, as a head on '{trainer.Backbone}' is written.");
        }
    }

    private static int Write(Func<IProgress<TeachingProgress>, TaughtHead> teach, string path, string? report, bool asJson)
    {
        TaughtHead head;
        using (var progress = new TeachProgress())
        {
            head = teach(progress);
        }

        head.Save(path);
        Terminal.Warn(head.Report.Failures.Select(failure =>
            failure.Error.Message.Contains(failure.Path, StringComparison.Ordinal)
                ? Failure.Message(failure.Error)
                : $"{failure.Path}: {Failure.Message(failure.Error)}"));
        Terminal.Warn(head.Report.Notes.Select(note => $"{note}."));
        if (asJson)
        {
            JsonLine.WriteOut(json =>
            {
                json.WriteString("model", path);
                json.WriteTeaching(head.Report);
            });
        }
        else
        {
            TeachText.Write(head.Report, path);
        }

        var isWhole = report is not { } folder || TeachFiles.WriteReport(head.Report, path, folder);
        return head.Report.Failures.Count > 0 || !isWhole ? ExitCode.InputsFailed : ExitCode.Ok;
    }
}
