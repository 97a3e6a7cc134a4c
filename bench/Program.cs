using PPLCNet.Vision.Bench;

// Programs by name; everything else goes to BenchmarkDotNet.
using BenchmarkDotNet.Running;
using PPLCNet.Vision.Bench.Backbone;
using PPLCNet.Vision.Bench.Detection;
using PPLCNet.Vision.Bench.Ocr;
using PPLCNet.Vision.Bench.Retrieval;
using PPLCNet.Vision.Bench.Segmentation;

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
    ["orientation"] = OrientationProgram.Run,
    ["postgres-filter"] = PostgresFilterProgram.Run,
    ["preprocess"] = _ => PreprocessBench.Run(),
    ["rebuilt"] = RebuiltBench.Run,
    ["segmentation-confusion"] = ConfusionProgram.Run,
    ["segmentation-decode"] = DecodeProgram.Run,
    ["segmentation-decoder"] = DecoderFormProgram.Run,
    ["detector-shares"] = DetectorShares.Run,
    ["unknown-things"] = UnknownThingsProgram.Run,
};

if (args.Length > 0 && programs.TryGetValue(args[0], out var program))
{
    program(args[1..]);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
