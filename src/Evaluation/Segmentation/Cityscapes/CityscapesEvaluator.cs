using PPLCNet.Vision.Labels;

namespace PPLCNet.Vision.Evaluation.Segmentation.Cityscapes;

/// <summary>
/// The official pixel-level evaluation of Cityscapes (cityscapesScripts, <c>evalPixelLevelSemanticLabeling.py</c>): class and
/// category IoU, and iIoU over instances. Not safe to share between threads: use one a worker and <see cref="Merge"/>.
/// </summary>
public sealed class CityscapesEvaluator
{
    private readonly InstanceTally _instances = new();

    /// <summary>Pairs counted.</summary>
    public int Pairs { get; private set; }

    /// <summary>Pixels by true and predicted label id, 34 x 34; ignored labels included.</summary>
    public ConfusionMatrix Confusion { get; } = new(CityscapesLabels.All.Count);

    /// <summary>Whether every pair so far brought its instances; without them there is no iIoU.</summary>
    public bool HasInstances { get; private set; } = true;

    /// <summary>The instances so far by label and size; whole numbers, so that they can be stored and merged exactly.</summary>
    internal IEnumerable<InstanceCount> InstanceCounts => _instances.Rows;

    internal InstanceTally Instances => _instances;

    /// <summary>An evaluator that has counted already, for states read back.</summary>
    /// <param name="pairs">Its pairs.</param>
    /// <param name="confusion">Its confusion matrix, 34 classes.</param>
    /// <param name="instances">Its instances; null where a pair had none.</param>
    internal static CityscapesEvaluator Restore(int pairs, ConfusionMatrix confusion, IEnumerable<InstanceCount>? instances)
    {
        var evaluator = new CityscapesEvaluator { Pairs = pairs, HasInstances = instances is not null };
        evaluator.Confusion.Merge(confusion);
        foreach (var row in instances ?? [])
        {
            evaluator._instances.Add(row);
        }

        return evaluator;
    }

    /// <summary>Counts one pair of files.</summary>
    /// <param name="truth">Ground truth, a PNG of label ids.</param>
    /// <param name="predicted">Prediction, a PNG of label ids, of the same size.</param>
    /// <param name="instances">Ground truth, a PNG of instance ids, of the same size; null leaves iIoU out.</param>
    /// <exception cref="DataFormatException">A file is not such a map, the sizes differ, or an instance belongs to no
    /// label.</exception>
    public void Add(string truth, string predicted, string? instances = null) =>
        Add(CityscapesIdMap.Read(truth), CityscapesIdMap.Read(predicted), instances is null ? null : InstanceMap.Read(instances));

    /// <summary>Counts one pair without instances.</summary>
    /// <param name="truth">Ground truth by label ids.</param>
    /// <param name="predicted">Prediction by label ids, of the same size.</param>
    /// <exception cref="DataFormatException">An id is no label, or the sizes differ.</exception>
    public void Add(LabelMap truth, LabelMap predicted) =>
        Add(new CityscapesIdMap(truth, "truth"), new CityscapesIdMap(predicted, "prediction"));

    /// <summary>Reads and counts one pair by itself; <see cref="Merge"/> adds it to the whole.</summary>
    /// <param name="pair">The files.</param>
    /// <param name="byTrainIds">Whether the prediction holds train ids and not label ids.</param>
    /// <exception cref="DataFormatException">A file cannot be read, or the sizes differ.</exception>
    internal static CityscapesEvaluator Of(CityscapesPair pair, bool byTrainIds = false)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var one = new CityscapesEvaluator();
        one.Add(
            CityscapesIdMap.Read(pair.Truth),
            byTrainIds ? CityscapesTrainIdMap.Read(pair.Predicted).ToLabelIds() : CityscapesIdMap.Read(pair.Predicted),
            pair.Instances is { } instances ? InstanceMap.Read(instances) : null);
        return one;
    }

    /// <summary>Counts one pair.</summary>
    /// <param name="truth">Ground truth by label ids.</param>
    /// <param name="predicted">Prediction by label ids, of the same size.</param>
    /// <param name="instances">Ground truth by instance ids, of the same size; null leaves iIoU out.</param>
    /// <exception cref="DataFormatException">The sizes differ, or an instance belongs to no label.</exception>
    internal void Add(CityscapesIdMap truth, CityscapesIdMap predicted, InstanceMap? instances = null)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(predicted);
        LabelPair.CheckSize(truth.Pixels, predicted.Pixels, truth.Source, predicted.Source);
        if (instances is not null && (instances.Width != truth.Pixels.Width || instances.Height != truth.Pixels.Height))
        {
            throw new DataFormatException(
                $"'{truth.Source}': expected an instance map of {truth.Pixels.Width}x{truth.Pixels.Height}, found {instances.Width}x{instances.Height}.");
        }

        Confusion.Add(truth.Pixels.Ids, predicted.Pixels.Ids);
        Pairs++;
        HasInstances &= instances is not null;
        if (instances is not null)
        {
            _instances.Add(instances, predicted.Pixels, truth.Source);
        }
    }

    /// <summary>Adds what another evaluator counted; equals one evaluator over all pairs, bit for bit.</summary>
    public void Merge(CityscapesEvaluator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Confusion.Merge(other.Confusion);
        _instances.Merge(other._instances);
        Pairs += other.Pairs;
        HasInstances &= other.HasInstances;
    }

    /// <summary>
    /// Whether no true pixel has a label id above 18: in label ids that leaves out vegetation, sky, people and vehicles.
    /// </summary>
    public bool TruthLooksLikeTrainIds => Pairs > 0 && !Confusion.NonZero().Any(c => c.Truth >= CityscapesLabels.Evaluated.Count);

    /// <summary>
    /// The mean class IoU that the predictions would have if their ids were train ids; null where one is none. Far above the real
    /// score, it indicates that they are.
    /// </summary>
    public double? AverageScoreClassesAsTrainIds()
    {
        var confusion = new ConfusionMatrix(Confusion.Classes);
        foreach (var (truth, predicted, count) in Confusion.NonZero())
        {
            if (predicted >= CityscapesLabels.Evaluated.Count)
            {
                return null;
            }

            confusion.Add(truth, CityscapesLabels.TrainIdToId[predicted], count);
        }

        return Restore(Pairs, confusion, null).Score().AverageScoreClasses;
    }

    /// <summary>The scores so far.</summary>
    public CityscapesScores Score() => CityscapesScores.Of(this);
}
