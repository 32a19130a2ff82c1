using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using EventHub.Soak.Processes;
using Npgsql;

namespace EventHub.Soak.Deploy;

/// <summary>What <c>deploy/compose.yaml</c> says, started as processes: two take events in, four deliver, one does upkeep, Prometheus watches.</summary>
public sealed class TopologyTests
{
    private const int Webhooks = 8;
    private const int Events = 40;

    [Fact]
    public async Task The_seven_processes_of_compose_deliver_together_and_prometheus_sees_all_of_them()
    {
        var came = new ConcurrentDictionary<string, int>();
        await using var receiver = await LoopbackServer.StartAsync(context =>
        {
            came.AddOrUpdate($"{context.Request.Path} {context.Request.Headers["X-Event-Id"]}", 1, static (_, count) => count + 1);
            return Task.CompletedTask;
        });
        var compose = new ComposeFile(new Dictionary<string, string> { ["WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8" });
        Assert.Equal(["api: 2", "deliver: 4", "maintain: 1"], compose.Hubs.Select(service => $"{service}: {compose.Replicas(service)}"));
        await using var fleet = await Fleet.StartAsync(compose);
        await using var prometheus = PrometheusProcess.Start(fleet);

        // 1 subscriptions are shared out among those that deliver
        var api = fleet.Of("api");
        for (var n = 0; n < Webhooks; n++) await api[n % 2].Hub.PostAsync("/webhooks", new { url = $"{receiver.Url}/{n}", events = new[] { "*" }, ordering_key = "user_id" });
        await Eventually.HasAsync(() => LeasesAsync(fleet.Database), static leases => leases == "deliver-1.1: 2, deliver-2.1: 2, deliver-3.1: 2, deliver-4.1: 2");

        // 2 what either takes in reaches all of them, once
        for (var n = 0; n < Events; n++) await api[n % 2].Hub.PostAsync("/events", new { type = "deploy.test", user_id = $"user-{n % 5}", payload = new { n } });
        await Eventually.HasAsync(() => Task.FromResult(came.Count), static count => count == Webhooks * Events);
        Assert.All(came, static request => Assert.Equal(1, request.Value));

        // 3 Prometheus has all seven, and what they say
        var targets = await Eventually.HasAsync(prometheus.TargetsAsync, static targets => targets.Count == 7 && targets.Values.All(static health => health == "up"));
        Assert.Equal(fleet.Nodes.Select(static node => node.Hub.Http.BaseAddress!.Authority).Order(), targets.Keys.Order());
        await Eventually.HasAsync(() => prometheus.QueryAsync("sum(eventhub_events_received_total{event_type='deploy.test'})"), static sum => sum == Events);
        await Eventually.HasAsync(() => prometheus.QueryAsync("sum(eventhub_messages_delivered_total{status='success'})"), static sum => sum == Webhooks * Events);
        Assert.Equal(4, await prometheus.QueryAsync("count(count by (instance) (eventhub_messages_delivered_total))"));

        await Eventually.HasAsync(() => prometheus.QueryAsync("count(eventhub_outbox_waiting_events)"), static count => count == 7);

        // 4 who has not the role takes nothing in
        foreach (var service in (string[])["deliver", "maintain"])
        {
            using var answer = await fleet.Of(service)[0].Hub.Http.PostAsJsonAsync("/events", new { type = "deploy.test", payload = 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        }

        // 5 all go in good order
        await Task.WhenAll(fleet.Nodes.Select(static async node => Assert.Equal(0, await node.Hub.StopAsync())));
    }

    private static async Task<string> LeasesAsync(FleetDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT split_part(owner, '/', 1), count(*) FROM eventhub_data.leases WHERE owner IS NOT NULL GROUP BY 1 ORDER BY 1", connection);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var counts = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken)) counts.Add(string.Create(CultureInfo.InvariantCulture, $"{rows.GetString(0)}: {rows.GetInt64(1)}"));
        return string.Join(", ", counts);
    }
}
