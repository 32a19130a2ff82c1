using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>Reads back over HTTP what the hub has.</summary>
internal sealed class HubReader(HubProcess hub)
{
    public async Task<List<LoggedEvent>> EventsAsync() =>
        [.. (await PagesAsync("/events?order=asc&limit=1000", "events")).Select(e => new LoggedEvent(
            e.GetProperty("id").GetGuid(), e.GetProperty("sequence").GetInt64(), e.GetProperty("payload").GetProperty("number").GetInt32(), e.GetProperty("user_id").GetString()!))];

    public async Task<List<EndedDispatch>> DispatchesAsync(string subscriptionId, string status = "") =>
        [.. (await PagesAsync($"/dispatches?subscription_id={subscriptionId}&order=asc&limit=1000{(status.Length > 0 ? "&status=" + status : "")}", "dispatches")).Select(d => new EndedDispatch(
            d.GetProperty("id").GetString()!, d.GetProperty("event_id").GetGuid(), d.GetProperty("status").GetString()!, d.GetProperty("attempt_count").GetInt32()))];

    /// <summary>The hub's own record of an attempt; <c>null</c> when none was ever committed.</summary>
    public async Task<RecordedAttempt?> FindAttemptAsync(string dispatchId, int number)
    {
        var dispatch = await hub.GetAsync($"/dispatches/{dispatchId}");
        return dispatch.GetProperty("attempts").EnumerateArray().Where(a => a.GetProperty("number").GetInt32() == number)
            .Select(a => new RecordedAttempt(
                a.GetProperty("started_at").GetDateTimeOffset() + TimeSpan.FromMilliseconds(a.GetProperty("duration_ms").GetDouble()),
                a.GetProperty("http_status").ValueKind != JsonValueKind.Null)).SingleOrDefault();
    }

    private async Task<List<JsonElement>> PagesAsync(string path, string name)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await hub.GetAsync(cursor is null ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
            items.AddRange(page.GetProperty(name).EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return items;
    }
}
