using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>One round: load, a hub that is killed again and again, then peace, and the accounts.</summary>
internal sealed class CrashSoak(int seed, TimeSpan duration)
{
    private const int Publishers = 3;
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(90);
    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new();
    private readonly Violations _violations = new();
    private readonly StringBuilder _report = new();

    /// <summary>What happened, for people.</summary>
    public string Report => _report.ToString();

    public async Task RunAsync()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await SoakReceiver.StartAsync(seed);
        await using var supervisor = new HubSupervisor(data.Path, receiver);
        await supervisor.StartAsync();
        var webhooks = await RegisterAsync(await supervisor.RunningAsync(), receiver.Url);

        // 1 load and crashes
        var clock = Stopwatch.StartNew();
        using var loadEnds = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Enumerable.Range(0, Publishers).Select(i => new SoakPublisher(supervisor, _ledger, unchecked((seed * 31) + i)).RunAsync(loadEnds.Token)).ToList();
        var moods = ChangeMoodsAsync(receiver, loadEnds.Token);
        while (clock.Elapsed < duration) await CrashAsync(supervisor);
        await loadEnds.CancelAsync();
        await Task.WhenAll([.. load, moods]);

        // 2 peace: all that is owed is delivered
        receiver.Heal();
        var hub = await supervisor.RunningAsync();
        var reader = new HubReader(hub);
        var drainTime = await DrainAsync(reader, webhooks);

        // 3 accounts
        await ReconcileAsync(reader, webhooks, receiver);
        _violations.AddRange(_ledger.Violations);
        _report.Insert(0, string.Create(CultureInfo.InvariantCulture, $"""
            seed {seed}: {supervisor.Kills} kills ({supervisor.KillsWhileStarting} while starting), {supervisor.Stops} stops in good order, longest start {supervisor.LongestStart.TotalSeconds:0.0} s, longest stop {supervisor.LongestStop.TotalSeconds:0.0} s, drained in {drainTime.TotalSeconds:0.0} s, resident {hub.ResidentBytes >> 20} MiB

            """));
        _violations.AssertNone(Report);

        // 4 what is left on disk is sound
        await supervisor.StopAsync();
        var (exitCode, output, error) = await HubProcess.RunVerbAsync("check", "--data", data.Path);
        Assert.True(exitCode == 0, $"check: exit code {exitCode}\n{output}{error}");
    }

    private static async Task<Dictionary<SoakWebhook, string>> RegisterAsync(HubProcess hub, string url)
    {
        var ids = new Dictionary<SoakWebhook, string>();
        foreach (var webhook in SoakWebhook.All)
        {
            var body = JsonSerializer.SerializeToNode(webhook.Settings)!.AsObject();
            body["name"] = webhook.Name;
            body["url"] = $"{url}/{webhook.Name}";
            body["events"] = new System.Text.Json.Nodes.JsonArray("soak.*");
            ids[webhook] = (await hub.PostAsync("/webhooks", body)).GetProperty("webhookId").GetString()!;
        }

        return ids;
    }

    private async Task CrashAsync(HubSupervisor supervisor)
    {
        await Pause.ForAsync(TimeSpan.FromMilliseconds(500 + _random.Next(4500)), TestContext.Current.CancellationToken);
        if (_random.Next(4) == 0) await supervisor.StopAsync();
        else await supervisor.KillAsync();
        await supervisor.StartAsync(_random.Next(4) == 0 ? TimeSpan.FromMilliseconds(_random.Next(1200)) : null);
    }

    private async Task ChangeMoodsAsync(SoakReceiver receiver, CancellationToken until)
    {
        var random = new Random(seed + 1);
        try
        {
            while (true)
            {
                await Pause.ForAsync(TimeSpan.FromMilliseconds(500 + random.Next(2000)), until);
                receiver.ChangeMood();
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The load ends.
        }
    }

    private static async Task<TimeSpan> DrainAsync(HubReader reader, Dictionary<SoakWebhook, string> webhooks)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (webhook, id) in webhooks)
        {
            while (await reader.DispatchesAsync(id, "ongoing") is { Count: > 0 } ongoing)
            {
                Assert.True(clock.Elapsed < s_drain, $"{webhook.Name}: {ongoing.Count} dispatches are still ongoing, the first is {ongoing[0]}");
                await Pause.ForAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }

        return clock.Elapsed;
    }

    private async Task ReconcileAsync(HubReader reader, Dictionary<SoakWebhook, string> webhooks, SoakReceiver receiver)
    {
        var events = await reader.EventsAsync();
        LogCheck.Run(events, _ledger, _violations);
        _report.AppendLine($"{events.Count} events in the log, {_ledger.Accepted.Count} accepted, {_ledger.Refused.Count} refused, {_ledger.Replays} answered as existing already");
        var byId = events.ToDictionary(e => e.Id);
        foreach (var (webhook, id) in webhooks)
        {
            var dispatches = await reader.DispatchesAsync(id);
            var requests = receiver.Requests[webhook.Name].ToLookup(r => r.EventId);
            DispatchCheck.Run(webhook, events, dispatches, requests, _violations);
            var repeats = await RepeatCheck.RunAsync(webhook, requests, reader, _violations);
            var overlaps = webhook.IsOrdered ? OrderCheck.Run(byId, receiver.Requests[webhook.Name], _violations) : 0;
            var statuses = string.Join(", ", dispatches.GroupBy(d => d.Status).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"));
            _report.AppendLine($"{webhook.Name}: {receiver.Requests[webhook.Name].Count} requests, {statuses}; {repeats} repeats after a kill{(webhook.IsOrdered ? $", {overlaps} beside one left behind" : "")}");
        }
    }
}
