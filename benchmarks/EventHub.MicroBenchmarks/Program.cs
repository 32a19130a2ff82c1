using System.Text.Json;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EventHub.MicroBenchmarks;
using Perfolizer.Horology;

// EventHub.MicroBenchmarks RESULTS.json [--quick | --full]: measures all, and writes what ./bench makes a table of.
if (args is not [var file, .. var options])
{
    Console.Error.WriteLine("usage: EventHub.MicroBenchmarks RESULTS.json [--quick | --full]");
    return 2;
}

// All in this process: nothing is generated, restored or built, so it runs wherever the benchmarks do.
var job = options.Contains("--full") ? Job.Default : Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(200));
if (options.Contains("--quick")) job = job.WithWarmupCount(1).WithIterationTime(TimeInterval.FromMilliseconds(20));
var log = new AccumulationLogger();
var config = ManualConfig.CreateEmpty().AddJob(job.WithToolchain(InProcessEmitToolchain.Instance)).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(log)
    .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
    .WithArtifactsPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "micro"));
var summaries = BenchmarkRunner.Run([typeof(RoutingBenchmarks), typeof(WindowBenchmarks), typeof(WebhookBenchmarks), typeof(JsonBenchmarks)], config);
var reports = summaries.SelectMany(s => s.Reports).ToList();
if (reports.Count == 0 || reports.Any(r => r.ResultStatistics is null))
{
    Console.Error.WriteLine(log.GetLog());
    return 1;
}

await File.WriteAllTextAsync(file, JsonSerializer.Serialize(reports.Select(r => new
{
    name = r.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
    parameters = string.Join(", ", r.BenchmarkCase.Parameters.Items.Select(p => $"{p.Value}")),
    nanoseconds = r.ResultStatistics!.Mean,
    error = r.ResultStatistics.StandardError,
    bytes = r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase) ?? 0,
})));
return 0;
