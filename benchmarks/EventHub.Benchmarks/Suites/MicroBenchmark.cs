using System.Diagnostics;
using System.Text.Json;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Suites;

/// <summary>The hot paths by themselves, as EventHub.MicroBenchmarks measures them with BenchmarkDotNet.</summary>
internal sealed class MicroBenchmark : IBenchmark
{
    public string Name => "micro";

    public string About => "hot paths by themselves (BenchmarkDotNet): routing, dispatch window, envelope and signature, JSON; time and bytes allocated";

    public TimeSpan Estimate(BenchContext context) => TimeSpan.FromSeconds(context.IsQuick ? 10 : context.IsFull ? 300 : 50);

    public async Task<IReadOnlyList<Table>> RunAsync(BenchContext context)
    {
        var file = Path.Combine(context.NewDirectory(), "micro.json");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(context.Root, "benchmarks/EventHub.MicroBenchmarks/bin/Release/net10.0/EventHub.MicroBenchmarks.dll"), file])
        {
            RedirectStandardOutput = true,
        };
        if (context.IsFull || context.IsQuick) start.ArgumentList.Add(context.IsFull ? "--full" : "--quick");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"the micro-benchmarks ended with code {process.ExitCode}; what they said stands above. {output}");
        var table = new Table("Hot paths, per operation", "what", "with", "ns", "± ns", "bytes allocated");
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        foreach (var result in results.RootElement.EnumerateArray())
        {
            table.Add(
                result.GetProperty("name").GetString(), result.GetProperty("parameters").GetString(), result.GetProperty("nanoseconds").GetDouble(),
                result.GetProperty("error").GetDouble(), result.GetProperty("bytes").GetInt64());
        }

        return [table];
    }
}
