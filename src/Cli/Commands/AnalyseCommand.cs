using System.CommandLine;
using PPLCNet.Vision.Analysis;
using PPLCNet.Vision.Cli.Commands.Analyse;
using PPLCNet.Vision.Cli.Commands.Index;
using PPLCNet.Vision.Cli.Images;
using PPLCNet.Vision.Detection;
using PPLCNet.Vision.Retrieval.Galleries;
using PPLCNet.Vision.Runtime;
using PPLCNet.Vision.Runtime.Classification;

namespace PPLCNet.Vision.Cli.Commands;

/// <summary><c>pplcnet analyse</c>: what every head of one network says, in one pass.</summary>
internal sealed class AnalyseCommand()
    : ImageCommand<ImageAnalysis>("analyse", "Answer with every head of one network in one pass: classes, objects, mask, neighbours.", "pplcnet-x1.0-heads")
{
    private readonly Option<int> _top = new("--top") { Description = "How many classes to tell.", HelpName = "K", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> _index = new("--index", "-i") { Description = "A gallery made by the same network: tells the nearest items.", HelpName = "PATH" };
    private readonly Option<int> _k = new("--k") { Description = "How many nearest items to tell.", HelpName = "K", DefaultValueFactory = _ => 5 };
    private readonly Option<float> _score = new("--score") { Description = "Only objects above this score.", HelpName = "0..1", DefaultValueFactory = _ => 0.4f };
    private readonly Option<string[]> _add = new("--add")
    {
        Description = "Add the head of a model that `teach` wrote on the same backbone; may be repeated.", HelpName = "MODEL",
    };

    private readonly Option<bool> _embedding = new("--embedding") { Description = "Add the vector to the JSON." };

    /// <inheritdoc/>
    protected override void AddFlags(Command command)
    {
        foreach (var option in (Option<int>[])[_top, _k])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{option.Name} must be at least 1.");
                }
            });
            command.Options.Add(option);
        }

        _score.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<float>() is not (>= 0 and <= 1))
            {
                result.AddError("--score must lie between 0 and 1.");
            }
        });
        command.Options.Add(_score);
        command.Options.Add(_index);
        command.Options.Add(_add);
        command.Options.Add(_embedding);
    }

    /// <inheritdoc/>
    protected override ImageJob<ImageAnalysis> Open(ParseResult parse, ImageRun run)
    {
        var (index, tellsEmbedding) = (parse.GetValue(_index), parse.GetValue(_embedding));
        var gallery = index is null ? null : GalleryPath.Open(index, new GalleryOptions { ReadOnly = true, Threads = run.Runtime.Threads });
        ImageAnalyzer? analyzer = null;
        try
        {
            var added = parse.GetValue(_add) ?? [];
            analyzer = ImageAnalyzer.Load(
                run.Model, gallery, tellsEmbedding, new ModelOptions { Runtime = run.Runtime }, [.. added.Select(ModelSource.FromName)]);
            var options = new AnalysisOptions
            {
                Classification = new ClassificationOptions { Top = parse.GetValue(_top) },
                Detection = new DetectionOptions { ScoreThreshold = parse.GetValue(_score) },
                Neighbors = parse.GetValue(_k),
            };
            return new AnalyseJob(analyzer, gallery, options, tellsEmbedding);
        }
        catch
        {
            analyzer?.Dispose();
            gallery?.Dispose();
            throw;
        }
    }
}
