using System.CommandLine;
using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Commands.Teach;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Teaching;
using PPLCNet.Vision.Teaching.Data;
using PPLCNet.Vision.Teaching.Figures;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet teach</c>: a head for classes of one's own.</summary>
internal sealed class TeachCommand : ICliCommand
{
    private readonly Argument<string?> _folder = new("DIR") { Description = "A folder with a folder of images per label.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _out = new("--out") { Description = "The model to write; it goes into `classify --model` and `analyse --add`.", HelpName = "MODEL.safetensors", Required = true };
    private readonly Option<double> _share = new("--val") { Description = "Share of each label's images that is held back for validation.", HelpName = "0..1", DefaultValueFactory = _ => 0.2 };
    private readonly Option<string?> _validation = new("--val-dir") { Description = "Validate with the images of this folder instead.", HelpName = "DIR" };
    private readonly Option<string?> _list = new("--multi-label") { Description = "Images with any number of labels: path, tab, labels parted by semicolons, one a line; paths start in DIR.", HelpName = "FILE" };
    private readonly Option<string?> _gallery = new("--from-gallery") { Description = "Learn from the vectors of a gallery; no image is read.", HelpName = "GALLERY" };
    private readonly Option<string> _backbone = new("--backbone") { Description = "The network below the head: a PP-LCNet with any heads, or an ONNX file with a vector as output.", HelpName = "NAME|PATH", DefaultValueFactory = _ => "pplcnet-x1.0-embed" };
    private readonly Option<string?> _report = new("--report") { Description = "Write report.json and index.html into this folder.", HelpName = "DIR" };
    private readonly Option<int> _seed = new("--seed") { Description = "Decides which images are held back.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object of names and numbers." };
    private readonly Option<int?> _workers = RuntimeFlags.WorkersFlag();

    /// <inheritdoc/>
    public Command Create()
    {
        var command = new Command("teach", "Learn classes of one's own from a folder of photos, on the frozen backbone.");
        command.Arguments.Add(_folder);
        foreach (var option in (Option[])[_out, _share, _validation, _list, _gallery, _backbone, _report, _seed, _json, _workers])
        {
            command.Options.Add(option);
        }

        _share.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("--val must lie above 0 and below 1.");
            }
        });
        command.Validators.Add(result =>
        {
            var sources = new[] { result.GetValue(_folder) is not null || result.GetValue(_list) is not null, result.GetValue(_gallery) is not null };
            if (sources.Count(s => s) != 1)
            {
                result.AddError("teach takes either a folder DIR (or --multi-label FILE), or --from-gallery GALLERY.");
            }

            if (result.GetValue(_validation) is not null && (result.GetValue(_list) is not null || result.GetValue(_gallery) is not null))
            {
                result.AddError("--val-dir goes with a folder DIR only.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        var path = parse.GetValue(_out)!;
        if (File.Exists(parse.GetValue(_backbone)!))
        {
            OutputFile.Protect(parse.GetValue(_backbone)!);
        }

        OutputFile.Check(path, "--out", TeachFiles.IsModel, "a model");
        using var trainer = parse.GetValue(_gallery) is null
            ? HeadTrainer.Load(parse.GetValue(_backbone)!)
            : HeadTrainer.LoadForGallery(parse.GetValue(_backbone)!);
        if (!Path.GetExtension(path).Equals(trainer.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw CliException.Usage($"--out '{path}': expected a file name that ends in {trainer.Extension}, as a head on '{trainer.Backbone}' is written.");
        }

        var options = new HeadTrainerOptions
        {
            ValidationShare = parse.GetValue(_share),
            Seed = parse.GetValue(_seed),
            Workers = parse.GetValue(_workers) ?? 0,
            CachePath = path + ".features",
        };
        using var progress = new TeachProgress();
        var head = Teach(parse, trainer, options, progress);
        progress.Dispose();
        head.Save(path);
        foreach (var failure in head.Report.Failures)
        {
            Terminal.Warn(failure.Error.Message.Contains(failure.Path, StringComparison.Ordinal)
                ? Failure.Message(failure.Error) : $"{failure.Path}: {Failure.Message(failure.Error)}");
        }

        foreach (var note in head.Report.Notes)
        {
            Terminal.Warn(note + ".");
        }

        Answer(parse, head, path);
        var isWhole = parse.GetValue(_report) is not { } folder || TeachFiles.WriteReport(head.Report, path, folder);
        return head.Report.Failures.Count > 0 || !isWhole ? ExitCode.InputsFailed : ExitCode.Ok;
    }

    private TaughtHead Teach(ParseResult parse, HeadTrainer trainer, HeadTrainerOptions options, TeachProgress progress)
    {
        if (parse.GetValue(_gallery) is { } gallery)
        {
            using var open = GalleryPath.Open(gallery, new GalleryOptions { ReadOnly = true, Index = GalleryIndexKind.Flat });
            return trainer.Teach(open, options, progress, Interrupt.Stop);
        }

        var data = parse.GetValue(_list) is { } list
            ? TeachingData.FromList(list, parse.GetValue(_folder))
            : TeachingData.FromFolder(parse.GetValue(_folder)!, parse.GetValue(_validation));
        foreach (var photo in data.Photos)
        {
            OutputFile.Protect(photo.Path);
        }

        OutputFile.Check(options.CachePath!, "the cache of --out");
        return trainer.Teach(data, options, progress, Interrupt.Stop);
    }

    private void Answer(ParseResult parse, TaughtHead head, string path)
    {
        if (parse.GetValue(_json))
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
    }
}
