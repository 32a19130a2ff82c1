using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Streams;

/// <summary>
/// A consumer whose client polls, or follows its stream, and acknowledges all of what it got, a part, or nothing. An event counts as seen when it is
/// acknowledged; where the answer to that was lost, the cursor tells.
/// </summary>
internal sealed class ConsumerReader(RestartingHub hub, ReaderLog log, string type, bool isStream, Random random)
{
    private readonly string _path = $"/consumers/{log.Name}";
    private readonly List<long> _got = []; // not known to be acknowledged
    private long _acknowledged;

    public async Task RunAsync(CancellationToken end)
    {
        log.After = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                var running = await hub.RunningAsync(end);
                if (log.Connections++ == 0) await CreateAsync(running.Http, end);
                while (true) await TurnAsync(running.Http, end);
            }
            catch (Exception e) when (RestartingHub.IsLoss(e, end))
            {
                log.Note($"lost its connection: {e.GetType().Name}");
                await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(5, 50)), CancellationToken.None);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task CreateAsync(HttpClient http, CancellationToken end)
    {
        log.Connections = 0; // again, should this be lost
        using var response = await http.PutAsJsonAsync(_path, new { events = new[] { type }, start = "beginning" }, end);
        if (!response.IsSuccessStatusCode) log.Violate($"PUT: {(int)response.StatusCode}");
        log.Connections = 1;
    }

    private async Task TurnAsync(HttpClient http, CancellationToken end)
    {
        var events = isStream ? await FollowAsync(http, end) : await PollAsync(http, end);
        _got.AddRange(events);
        if (events.Count == 0 || random.Next(6) == 0) return; // and gets them again
        await AcknowledgeAsync(http, events[random.Next(3) == 0 ? random.Next(events.Count) : ^1], end);
    }

    private async Task<List<long>> PollAsync(HttpClient http, CancellationToken end)
    {
        using var request = Request(HttpMethod.Get, $"{_path}/events?max={random.Next(1, 1000)}&wait_ms=500");
        using var response = await http.SendAsync(request, end);
        var text = await response.Content.ReadAsStringAsync(end);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable) return [];
        if (response.StatusCode != HttpStatusCode.OK)
        {
            log.Violate($"poll: {(int)response.StatusCode} {text}");
            return [];
        }

        using var page = JsonDocument.Parse(text);
        if (page.RootElement.GetProperty("reset").ValueKind != JsonValueKind.Null) log.Violate("poll: reset");
        Settle(page.RootElement.GetProperty("cursor").GetInt64());
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64())];
    }

    /// <summary>Some events of the stream, which is then dropped.</summary>
    private async Task<List<long>> FollowAsync(HttpClient http, CancellationToken end)
    {
        using (var asked = await http.GetAsync(_path, end))
        {
            Settle(JsonDocument.Parse(await asked.Content.ReadAsStringAsync(end)).RootElement.GetProperty("cursor").GetInt64());
        }

        using var request = Request(HttpMethod.Get, $"{_path}/stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        if (response.StatusCode != HttpStatusCode.OK) log.Violate($"stream: {(int)response.StatusCode}");
        log.Connections++;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(end), Encoding.UTF8);
        var events = new List<long>();
        var wanted = random.Next(1, 1000);
        var id = "";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
        patience.CancelAfter(500);
        try
        {
            while (events.Count < wanted && await lines.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line;
                if (line.StartsWith("data: {\"type\":\"reset\"", StringComparison.Ordinal)) log.Violate($"stream: {line}");
                if (line.StartsWith("data: {\"type\":\"event\"", StringComparison.Ordinal)) events.Add(long.Parse(id[(id.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
            }
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            // That was all for now.
        }

        return events;
    }

    private async Task AcknowledgeAsync(HttpClient http, long sequence, CancellationToken end)
    {
        using var request = Request(HttpMethod.Post, $"{_path}/ack");
        request.Content = JsonContent.Create(new { sequence });
        using var response = await http.SendAsync(request, end);
        var text = await response.Content.ReadAsStringAsync(end);
        if (response.StatusCode == HttpStatusCode.OK) Settle(sequence);
        else if (response.StatusCode != HttpStatusCode.ServiceUnavailable) log.Violate($"ack {sequence}: {(int)response.StatusCode} {text}");
    }

    /// <summary>What was got up to here is done with; the rest will come again.</summary>
    private void Settle(long cursor)
    {
        if (cursor < _acknowledged) log.Violate($"the cursor is at {cursor}, and {_acknowledged} was acknowledged");
        _acknowledged = cursor;
        foreach (var sequence in _got.Where(s => s <= cursor)) log.Saw(sequence);
        log.Note($"cursor {cursor}, {_got.Count} in hand");
        _got.Clear();
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Consumer-Instance", log.Name);
        return request;
    }
}
