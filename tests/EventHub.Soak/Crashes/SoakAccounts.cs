using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>The webhooks of a soak, and at its end the accounts: what was accepted, what the hub says became of it, and what the receiver saw.</summary>
internal sealed class SoakAccounts(Ledger ledger, SoakReceiver receiver, DatabaseFaults faults)
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(90);
    private readonly Dictionary<SoakWebhook, string> _webhooks = [];
    private readonly StringBuilder _report = new();

    public Violations Violations { get; } = new();

    /// <summary>What happened, for people.</summary>
    public string Report => _report.ToString();

    public async Task RegisterAsync(HubProcess hub)
    {
        foreach (var webhook in SoakWebhook.All)
        {
            var body = JsonSerializer.SerializeToNode(webhook.Settings)!.AsObject();
            body["name"] = webhook.Name;
            body["url"] = $"{receiver.Url}/{webhook.Name}";
            body["events"] = new JsonArray("soak.*");
            _webhooks[webhook] = (await hub.PostAsync("/webhooks", body)).GetProperty("webhookId").GetString()!;
        }
    }

    /// <summary>Waits until all that is owed is delivered.</summary>
    public async Task<TimeSpan> DrainAsync(HubReader reader)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (webhook, id) in _webhooks)
        {
            while (await reader.DispatchesAsync(id, "ongoing") is { Count: > 0 } ongoing)
            {
                Assert.True(clock.Elapsed < s_drain, $"{webhook.Name}: {ongoing.Count} dispatches are still ongoing, the first is {ongoing[0]}");
                await Pause.ForAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }

        return clock.Elapsed;
    }

    public async Task ReconcileAsync(HubReader reader)
    {
        var events = await reader.EventsAsync();
        LogCheck.Run(events, ledger, Violations);
        _report.AppendLine($"{events.Count} events in the log, {ledger.Accepted.Count} accepted, {ledger.Refused.Count} refused, {ledger.Replays} answered as existing already");
        var byId = events.ToDictionary(e => e.Id);
        foreach (var (webhook, id) in _webhooks)
        {
            var dispatches = await reader.DispatchesAsync(id);
            var all = receiver.Requests[webhook.Name];
            var requests = all.ToLookup(r => r.EventId);
            DispatchCheck.Run(webhook, events, dispatches, requests, faults, Violations);
            var repeats = await RepeatCheck.RunAsync(webhook, requests, reader, faults, Violations);
            var overlaps = webhook.IsOrdered ? OrderCheck.Run(byId, all, faults, Violations) : 0;
            var statuses = string.Join(", ", dispatches.GroupBy(d => d.Status).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"));
            _report.AppendLine($"{webhook.Name}: {all.Count} requests, {statuses}; {repeats} repeats{(webhook.IsOrdered ? $", {overlaps} beside one left behind" : "")}");
        }

        Violations.AddRange(ledger.Violations);
    }
}
