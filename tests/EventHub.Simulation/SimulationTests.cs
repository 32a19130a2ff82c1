using System.Diagnostics;
using System.Globalization;

namespace EventHub.Simulation;

/// <summary>The whole engine, thousands of seeds. A failing seed is printed with its history; the same seed gives the same history.</summary>
public sealed class SimulationTests
{
    private static int Seeds => int.Parse(Environment.GetEnvironmentVariable("EVENTHUB_SIM_SEEDS") ?? "3000", CultureInfo.InvariantCulture);

    private static int First => int.Parse(Environment.GetEnvironmentVariable("EVENTHUB_SIM_FIRST") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_invariant_holds_in_every_seed()
    {
        var clock = Stopwatch.StartNew();
        var attempts = 0L;
        for (var seed = First; seed < First + Seeds; seed++)
        {
            var world = new SimWorld(seed);
            try
            {
                world.Run();
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e.Message}\n{e.StackTrace}\n{world.History}");
            }

            attempts += world.Checker.Attempts;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Seeds} seeds, {attempts} attempts in {clock.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var first = new SimWorld(seed);
            first.Run();
            var second = new SimWorld(seed);
            second.Run();
            Assert.NotEmpty(first.History);
            Assert.Equal(first.History, second.History);
        }
    }
}
