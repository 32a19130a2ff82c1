using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EventHub.Simulation;

/// <summary>
/// The whole engine, thousands of seeds. A failing seed is printed, with the shortest history that still fails; the same seed gives the same history.
/// EVENTHUB_SIM_SEEDS, EVENTHUB_SIM_FIRST and EVENTHUB_SIM_MINUTES make longer runs.
/// </summary>
public sealed class SimulationTests
{
    private const int SeedsPerMutation = 2000;

    [Fact]
    public void Every_invariant_holds_in_every_seed()
    {
        var (first, count) = (Setting("EVENTHUB_SIM_FIRST", 1), Setting("EVENTHUB_SIM_SEEDS", 20_000));
        var limit = TimeSpan.FromMinutes(Setting("EVENTHUB_SIM_MINUTES", 1_000_000));
        var clock = Stopwatch.StartNew();
        var (run, attempts) = (0, 0L);
        var failures = new ConcurrentQueue<string>();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, state) =>
        {
            if (clock.Elapsed > limit) state.Stop();
            if (state.IsStopped) return;
            var world = new SimWorld(seed);
            if (Failure(world) is { } failure)
            {
                failures.Enqueue($"Seed {seed}: {failure}\n{Shortest(seed, SimMutation.None, world)}");
                state.Stop();
            }

            Interlocked.Increment(ref run);
            Interlocked.Add(ref attempts, world.Checker.Attempts);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{run} seeds, {attempts} attempts in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        Assert.True(attempts > run, "Almost nothing was attempted: the runs prove nothing.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (first, second) = (new SimWorld(seed), new SimWorld(seed));
            first.Run();
            second.Run();
            Assert.NotEmpty(first.History);
            Assert.Equal(first.History, second.History);
        }
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_deliberate_bug_is_caught(SimMutation mutation)
    {
        for (var seed = 1; seed <= SeedsPerMutation; seed++)
        {
            if (Failure(new SimWorld(seed, mutation)) is not { } failure) continue;
            TestContext.Current.TestOutputHelper?.WriteLine($"caught by seed {seed}: {failure}");
            return;
        }

        Assert.Fail($"{mutation} was not caught in {SeedsPerMutation} seeds.");
    }

    public static TheoryData<SimMutation> Mutations() => [.. Enum.GetValues<SimMutation>().Where(m => m != SimMutation.None)];

    /// <summary>What is wrong, <c>null</c> when nothing is.</summary>
    private static string? Failure(SimWorld world)
    {
        try
        {
            world.Run();
            return null;
        }
        catch (Exception e) when (e is InvariantException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    private static string Shortest(int seed, SimMutation mutation, SimWorld world)
    {
        foreach (var limits in SimLimits.Smaller())
        {
            var smaller = new SimWorld(seed, mutation, limits);
            if (Failure(smaller) is { } failure) return new StringBuilder().AppendLine($"shrunk to {limits}: {failure}").Append(smaller.History).ToString();
        }

        return world.History;
    }

    private static int Setting(string name, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
