// One property after the other: each has its share of the time, and a crash names the one that ran.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
