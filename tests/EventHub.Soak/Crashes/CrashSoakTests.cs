using System.Diagnostics;
using System.Globalization;

namespace EventHub.Soak.Crashes;

/// <summary>The real process on a real store, killed at random under load. The seed gives the same load, moods and moments of crashes, not the same interleaving.</summary>
public sealed class CrashSoakTests
{
    /// <summary>Long soaks are many rounds, each on a new store: what is kept for the accounts stays bounded.</summary>
    private static readonly TimeSpan s_longestRound = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("sqlite", 60)]
    [InlineData("postgres", 15)]
    public async Task Nothing_accepted_is_lost_repeated_or_reordered_whenever_the_process_is_killed(string store, int seconds)
    {
        var duration = TimeSpan.FromSeconds(Setting("EVENTHUB_SOAK_SECONDS", seconds));
        var seed = Setting("EVENTHUB_SOAK_SEED", Random.Shared.Next(1_000_000));
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var left = duration - clock.Elapsed;
            using var data = new TemporaryDirectory();
            var soak = new CrashSoak(seed, left < s_longestRound ? left : s_longestRound, await SoakStore.CreateAsync(store, data.Path));
            try
            {
                await soak.RunAsync();
            }
            catch (Exception e)
            {
                Assert.Fail($"EVENTHUB_SOAK_SEED={seed}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
            }

            TestContext.Current.TestOutputHelper?.WriteLine(soak.Report);
            if (clock.Elapsed >= duration) return;
            seed++;
        }
    }

    private static int Setting(string name, int fallback) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? fallback.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
