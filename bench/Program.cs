using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PPLCNet.Vision.Bench;
using PPLCNet.Vision.Bench.Backbone;
using PPLCNet.Vision.Bench.Detection;
using PPLCNet.Vision.Bench.Models;
using PPLCNet.Vision.Bench.Ocr;
using PPLCNet.Vision.Bench.Retrieval;
using PPLCNet.Vision.Bench.Segmentation;
using PPLCNet.Vision.Bench.Server;
using PPLCNet.Vision.Bench.Teaching;

// Programs by name; everything else goes to BenchmarkDotNet.
var programs = new Dictionary<string, Action<string[]>>
{
    ["backbones"] = BackboneLatencyBench.Run,
    ["cleaning"] = CleaningBench.Run,
    ["coco-eval"] = CocoEvaluationBench.Run,
    ["flat-search"] = FlatSearchBench.Run,
    ["heads"] = HeadsBench.Run,
    ["gallery-scale"] = ScaleBench.Run,
    ["hnsw-search"] = HnswSearchBench.Run,
    ["ocr-shares"] = OcrShares.Run,
    ["official-ready"] = OfficialBench.Ready,
    ["official-times"] = OfficialBench.Times,
    ["orientation"] = OrientationProgram.Run,
    ["postgres-filter"] = PostgresFilterProgram.Run,
    ["preprocess"] = _ => PreprocessBench.Run(),
    ["rebuilt"] = RebuiltBench.Run,
    ["segmentation-confusion"] = ConfusionProgram.Run,
    ["segmentation-decode"] = DecodeProgram.Run,
    ["segmentation-decoder"] = DecoderFormProgram.Run,
    ["detector-shares"] = DetectorShares.Run,
    ["teach-grocery"] = GroceryProgram.Run,
    ["teach-reference"] = ReferenceProgram.Run,
    ["teach-time"] = TimeProgram.Run,
    ["server-load"] = ServerLoadProgram.Run,
    ["unknown-things"] = UnknownThingsProgram.Run,
};

if (args.Length > 0 && programs.TryGetValue(args[0], out var program))
{
    program(args[1..]);
    return;
}

// In this process: a project generated elsewhere would not find the native libraries.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
