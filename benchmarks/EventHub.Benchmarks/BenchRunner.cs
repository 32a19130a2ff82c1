using System.Diagnostics;
using EventHub.Benchmarks.Measuring;
using EventHub.Benchmarks.Suites;

namespace EventHub.Benchmarks;

/// <summary>The command line of <c>./bench</c>.</summary>
internal static class BenchRunner
{
    private static readonly IBenchmark[] s_all =
    [
        new IngestBenchmark(), new IngestLatencyBenchmark(), new WebhookBenchmark(), new WholeJobBenchmark(), new InProcessBenchmark(),
        new FanOutBenchmark(), new PeerWorkersBenchmark(), new PeerBrokersBenchmark(), new RoutingBenchmark(), new DestinationDownBenchmark("sqlite"), new LogSizeBenchmark(), new CatchUpBenchmark(), new MicroBenchmark(),
        new PostgresIngestBenchmark(), new PostgresWholeJobBenchmark(), new DestinationDownBenchmark("postgres"), new PostgresChurnBenchmark(),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var asksForHelp = args.Any(a => a is "--help" or "-h");
        var scratch = Directory.CreateTempSubdirectory("eventhub-bench-").FullName;
        try
        {
            if (Parse([.. args.Where(a => a is not ("--help" or "-h"))], scratch) is not var (context, chosen)) return 2;
            if (asksForHelp)
            {
                PrintHelp(context);
                return 0;
            }

            Console.WriteLine($"{Machine.Describe()}; payload {Load.EventBody.PayloadBytes} bytes; SQLite synchronous=FULL (answered after the fsync); {context.Rounds} rounds of {context.Seconds} s; takes {Text(chosen.Aggregate(TimeSpan.Zero, (sum, b) => sum + b.Estimate(context)))}\n");
            var failed = 0;
            foreach (var benchmark in chosen) failed += await RunAsync(benchmark, context) ? 0 : 1;
            return failed > 0 ? 1 : 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Runs one; false when it failed. The others are worth running all the same.</summary>
    private static async Task<bool> RunAsync(IBenchmark benchmark, BenchContext context)
    {
        try
        {
            await MeasureAsync(benchmark, context);
            return true;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"bench: {benchmark.Name} failed: {(e is InvalidOperationException or TimeoutException or System.ComponentModel.Win32Exception ? e.Message : e)}\n");
            return false;
        }
    }

    private static async Task MeasureAsync(IBenchmark benchmark, BenchContext context)
    {
        var started = Stopwatch.GetTimestamp();
        Console.WriteLine($"# {benchmark.Name}: {benchmark.About} ({Text(benchmark.Estimate(context))})\n");
        var tables = await benchmark.RunAsync(context);
        Report.Print(tables);
        Report.Save(Path.Combine(context.Root, "benchmarks/results"), benchmark.Name, context, tables);
        if (context.WritesMarkdown) Report.WriteMarkdown(Path.Combine(context.Root, "docs/performance.md"), benchmark.Name, context, tables);
        Console.WriteLine($"({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)\n");
    }

    private static (BenchContext Context, IReadOnlyList<IBenchmark> Chosen)? Parse(string[] args, string scratch)
    {
        var context = new BenchContext { Root = Environment.GetEnvironmentVariable("BENCH_ROOT") ?? Directory.GetCurrentDirectory(), Scratch = scratch };
        var chosen = new List<IBenchmark>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--quick": context = context with { IsQuick = true, Seconds = 1, Rounds = 1 }; break;
                case "--full": context = context with { IsFull = true }; break;
                case "--markdown": context = context with { WritesMarkdown = true }; break;
                case "--seconds" when i + 1 < args.Length && double.TryParse(args[i + 1], out var seconds) && seconds > 0: context = context with { Seconds = seconds }; i++; break;
                case "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], out var rounds) && rounds > 0: context = context with { Rounds = rounds }; i++; break;
                case var name when s_all.FirstOrDefault(b => b.Name == name) is { } benchmark: chosen.Add(benchmark); break;
                default:
                    Console.Error.WriteLine($"bench: '{args[i]}' is no benchmark and no option (or lacks its value); see ./bench --help");
                    return null;
            }
        }

        return (context, chosen.Count > 0 ? chosen : s_all);
    }

    private static void PrintHelp(BenchContext context)
    {
        Console.WriteLine(
            """
            Usage: ./bench [NAME…] [options]

            Builds in Release, measures, prints tables and writes benchmarks/results/NAME.json. Each figure stands beside a
            reference measured in the same run, in turn with it; read the ratios. Nothing else should run on the machine.

            Options:
              --seconds N   seconds per measurement (default 3)
              --rounds N    times each is taken; medians are shown (default 3)
              --quick       one round of one second, small sizes: to see that it runs
              --full        also a log of 10 million events, and ten minutes of postgres-churn
              --markdown    put the tables into docs/performance.md

            Installs the servers and the Node packages that peer-… and postgres-… benchmarks start, where they are missing.

            Benchmarks (default all), and how long each takes with these options:
            """);
        foreach (var benchmark in s_all) Console.WriteLine($"  {benchmark.Name,-18} {Text(benchmark.Estimate(context)),-13} {benchmark.About}");
        Console.WriteLine($"  {"all",-18} {Text(s_all.Aggregate(TimeSpan.Zero, (sum, b) => sum + b.Estimate(context)))}");
    }

    private static string Text(TimeSpan time) => time.TotalMinutes < 2 ? $"about {time.TotalSeconds:0} s" : $"about {time.TotalMinutes:0} min";
}
