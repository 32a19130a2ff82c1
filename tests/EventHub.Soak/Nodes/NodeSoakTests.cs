using System.Globalization;

namespace EventHub.Soak.Nodes;

/// <summary>Seven processes on one PostgreSQL, of which any may be killed, stopped or halted, while connections break and the database goes and comes.</summary>
public sealed class NodeSoakTests
{
    private static readonly TimeSpan s_longestRound = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Nothing_is_lost_repeated_or_reordered_whichever_node_dies_and_whenever_the_database_goes()
    {
        var seed = Setting("EVENTHUB_SOAK_SEED", Random.Shared.Next(1_000_000));
        for (var left = TimeSpan.FromSeconds(Setting("EVENTHUB_SOAK_SECONDS", 12)); left > TimeSpan.Zero; left -= s_longestRound)
        {
            var soak = new NodeSoak(seed, left < s_longestRound ? left : s_longestRound);
            try
            {
                await soak.RunAsync();
            }
            catch (Exception e)
            {
                Assert.Fail($"EVENTHUB_SOAK_SEED={seed}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
            }

            TestContext.Current.TestOutputHelper?.WriteLine(soak.Report);
            seed++;
        }
    }

    private static int Setting(string name, int fallback) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? fallback.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
