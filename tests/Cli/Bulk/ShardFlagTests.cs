using PPLCNet.Vision.Cli.Inputs;

namespace PPLCNet.Vision.Tests.Cli.Bulk;

/// <summary><c>--shard</c>: what is read, from which variables, and what is refused.</summary>
public sealed class ShardFlagTests
{
    [Theory]
    [InlineData("2/4", "", 2, 4)]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=3", 3, 4)]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_STEP=1", 2, 4)]
    [InlineData("auto/4", "SLURM_ARRAY_TASK_ID=12 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_STEP=1", 2, 4)]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=13 SLURM_ARRAY_TASK_STEP=4", 2, 4)]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0", 7, 8)]
    [InlineData("auto", "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2", 1, 2)]
    [InlineData("auto", "BATCH_TASK_INDEX=0 BATCH_TASK_COUNT=5", 0, 5)]
    [InlineData("auto/5", "CLOUD_RUN_TASK_INDEX=4 CLOUD_RUN_TASK_COUNT=5", 4, 5)]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=1 BATCH_TASK_INDEX=1 BATCH_TASK_COUNT=4", 1, 4)]
    public void TheShardOfATask(string text, string variables, int index, int count) =>
        Assert.Equal((new Shard(index, count), null), Shard.Parse(text, Environment(variables)));

    [Theory]
    [InlineData("4/4", "", "0 <= i < n")]
    [InlineData("-1/4", "", "0 <= i < n")]
    [InlineData("0/0", "", "0 <= i < n")]
    [InlineData("auto/0", "JOB_COMPLETION_INDEX=0", "auto/n")]
    [InlineData("auto/x", "JOB_COMPLETION_INDEX=0", "auto/n")]
    [InlineData("auto/4/2", "JOB_COMPLETION_INDEX=0", "auto/n")]
    [InlineData("auto", "", "JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX, BATCH_TASK_INDEX, CLOUD_RUN_TASK_INDEX")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=", "found none")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=0", "write --shard auto/n")]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=4", "JOB_COMPLETION_INDEX=4")]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=x", "found 'x'")]
    [InlineData("auto", "BATCH_TASK_INDEX=0", "BATCH_TASK_COUNT")]
    [InlineData("auto/4", "BATCH_TASK_INDEX=0 BATCH_TASK_COUNT=5", "expected 4 tasks, found 5")]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=1 BATCH_TASK_INDEX=2 BATCH_TASK_COUNT=4", "JOB_COMPLETION_INDEX (shard 1/4) and BATCH_TASK_INDEX (shard 2/4)")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_MIN")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7", "in a row")] // 1,3,7
    [InlineData("auto/4", "SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=2", "--shard i/4")] // one task again
    public void WhatDoesNotFitIsRefused(string text, string variables, string said) =>
        Assert.Contains(said, Shard.Parse(text, Environment(variables)).Fault, StringComparison.Ordinal);

    [Fact]
    public void TheCommandReadsTheEnvironment()
    {
        Assert.Contains("SLURM_ARRAY_TASK_ID", Pplcnet.Run("classify", "x.jpg", "--shard", "auto").Expect(1).Errors, StringComparison.Ordinal);
        var run = Pplcnet.RunWith([("JOB_COMPLETION_INDEX", "1")], "classify", "a.none", "b.none", "c.none", "--json", "--shard", "auto/2").Expect(2);
        Assert.Equal("b.none", Assert.Single(run.Json()).GetProperty("file").GetString());
    }

    private static Func<string, string?> Environment(string variables)
    {
        var table = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return name => table.GetValueOrDefault(name);
    }
}
