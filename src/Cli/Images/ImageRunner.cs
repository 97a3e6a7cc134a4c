using System.Diagnostics;
using System.Text.Json;

namespace PPLCNet.Vision.Cli.Images;

/// <summary>
/// Runs one job over all inputs: bounded workers, answers in the order of the inputs, one bad input stops nothing.
/// </summary>
internal sealed class ImageRunner<T>(string name, ImageJob<T> job, ImageRun run)
    where T : IPrediction<T>
{
    private FailureTally _failures = new();
    private bool _hasAnswers;

    private bool DrawsOneFile { get; } = run.Inputs.IsSingle && !Directory.Exists(run.Draw);

    /// <summary>Runs.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        CheckDrawing();
        using var file = run.Json ? AnswerFile.Open(run.Out, run.Resume, job.Restore ?? (_ => { })) : null;
        _failures = file?.Failures ?? _failures;
        _hasAnswers = file is not null && file.Answered.Count > _failures.Count;
        var items = run.Inputs.Items();
        if (run.Inputs.Total == 0)
        {
            Terminal.Warn("found no images.");
        }
        else if (file is { Answered.Count: > 0 })
        {
            items = items.Where(i => !file.Answered.Contains(i.Path));
        }

        using (var progress = new ProgressLine(name, run.Inputs.Total - file?.Answered.Count ?? run.Inputs.Total))
        {
            WorkerThreads.Reserve(run.Workers);
            await foreach (var outcome in OrderedPipeline.RunAsync(items, run.Workers, (input, _) => Work(input), Interrupt.Stop).ConfigureAwait(false))
            {
                Answer(outcome, file, progress);
            }
        }

        var isStopped = Interrupt.Stop.IsCancellationRequested;
        if (isStopped)
        {
            file?.TellWhereKept();
        }
        else
        {
            file?.Complete();
        }

        var isEmpty = run.Inputs.Seen == 0;
        if (_hasAnswers || (_failures.Count == 0 && !isEmpty && !isStopped))
        {
            job.Complete?.Invoke(); // a shard without inputs has its empty part
        }
        else if (job.Complete is not null)
        {
            Terminal.Warn("nothing was written besides the answers, because no input was answered.");
        }

        return isStopped ? ExitCode.Cancelled
            : HasFailed() || (isEmpty && job.Complete is not null) ? ExitCode.InputsFailed
            : ExitCode.Ok;
    }

    private bool HasFailed() => _failures.Count > 0 && !(run.AllowFailures && _failures.AreOfInputs(_hasAnswers));

    /// <summary>Says before the work what would only show after it.</summary>
    private void CheckDrawing()
    {
        if (run.Draw is { } draw && DrawsOneFile)
        {
            ImageFile.CheckExtension(Path.GetExtension(draw));
            OutputFile.Check(draw, "--draw", _ => OutputImage.IsOurs(draw), "an image of an earlier run");
        }
    }

    private Outcome Work(InputItem input)
    {
        try
        {
            if (input.Error is { } unreadable)
            {
                return new Outcome(input, null, unreadable);
            }

            var start = Stopwatch.GetTimestamp();
            var image = ImageFile.Read(input.Path, out var frames);
            var decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var result = job.Run(image, Interrupt.Abort);
            var answer = new ImageAnswer<T>(
                input, image.Width, image.Height, result.Timings + new StageTimings(decode, 0, 0, 0), result);
            WriteFiles(input, image, result);
            return new Outcome(input, answer, null) { Frames = frames };
        }
        catch (Exception e) when (!Failure.IsFatal(e))
        {
            return new Outcome(input, null, e);
        }
    }

    private void WriteFiles(InputItem input, PixelBuffer image, T value) => OutputFile.Guard($"write the images of '{input.Path}'", () =>
    {
        job.Save?.Invoke(input, image, value);
        if (run.Draw is { } draw)
        {
            OutputImage.Write(DrawsOneFile ? draw : input.ImageIn("--draw", draw), job.Draw(image, value));
        }
    });

    private void Answer(Outcome outcome, AnswerFile? file, ProgressLine progress)
    {
        outcome = Accept(outcome);
        if (outcome.Error is { } error)
        {
            _failures.Add(Failure.Kind(error));
            Terminal.Warn($"{outcome.Input.Path}: {Failure.Message(error)}");
        }

        if (outcome.Frames > 1)
        {
            Terminal.Warn($"{outcome.Input.Path}: the first of {outcome.Frames} pages or frames was read; the others were not.");
        }

        if (file is not null)
        {
            if (Terminal.IsOutputWatched && run.Out is null)
            {
                ProgressLine.Erase();
            }

            file.Write(JsonLine.Build(json => WriteJson(json, outcome)));
        }
        else if (outcome.Answer is not null)
        {
            ProgressLine.Erase();
            job.WriteText?.Invoke(outcome.Answer);
        }

        progress.Step();
    }

    // What does not go with the earlier answers, such as a second image of one image id, is the fault of that input alone.
    private Outcome Accept(Outcome outcome)
    {
        try
        {
            if (outcome.Answer is { } answer)
            {
                job.Accept?.Invoke(answer);
                _hasAnswers = true;
            }

            return outcome;
        }
        catch (Exception e) when (!Failure.IsFatal(e))
        {
            return new Outcome(outcome.Input, null, e);
        }
    }

    private void WriteJson(Utf8JsonWriter json, Outcome outcome)
    {
        json.WriteString("file", outcome.Input.Path);
        if (outcome.Answer is not { } answer)
        {
            json.WriteStartObject("error");
            json.WriteString("kind", Failure.Kind(outcome.Error!));
            json.WriteString("message", Failure.Message(outcome.Error!));
            json.WriteEndObject();
            return;
        }

        json.WriteNumber("width", answer.Width);
        json.WriteNumber("height", answer.Height);
        answer.Timings.WriteJson(json);
        job.WriteJson(json, answer.Value);
    }

    private sealed record Outcome(InputItem Input, ImageAnswer<T>? Answer, Exception? Error)
    {
        public int Frames { get; init; } = 1;
    }
}
