using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Streams;

/// <summary>
/// Follows the log over connections that it drops at random: after some events, in the middle of one, or right away; and now and then it does not read for
/// a while. What it knows of where it was is the last id it read a whole block of, as a browser does.
/// </summary>
internal sealed class SseReader(RestartingHub hub, ReaderLog log, string path, Random random)
{
    private const int CheckedInFull = 16; // one event in so many

    private string _lastId = "";

    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(await hub.RunningAsync(end), end);
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

    private async Task ConnectAsync(HubProcess running, CancellationToken end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}{log.Query}");
        if (_lastId.Length > 0) request.Headers.Add("Last-Event-ID", _lastId);
        using var response = await running.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        if (response.StatusCode != HttpStatusCode.OK) log.Violate($"answered {(int)response.StatusCode}");
        log.Connections++;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(end), Encoding.UTF8);
        var left = random.Next(12) == 0 ? 0 : random.Next(1, 4000);
        var first = log.Count;
        var from = _lastId;
        string? id = null, data = null;
        while (await lines.ReadLineAsync(end) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            if (line.Length > 0) continue;
            if (data is not null) Take(id, data);
            if (id is not null) Move(id);
            (id, data) = (null, null);
            if (log.Count - first < left) continue;
            // Half of the time what has come of the next block is thrown away with it.
            if (random.Next(2) == 0) await lines.ReadLineAsync(end);
            break;
        }

        log.Note($"resumed after '{from}', saw {log.Count - first} events up to {_lastId}");
        if (random.Next(8) == 0) await Pause.ForAsync(TimeSpan.FromMilliseconds(random.Next(500)), end);
    }

    private void Move(string id)
    {
        // One that began with the next event learns here which that is.
        log.After ??= Sequence(id);
        _lastId = id;
    }

    private void Take(string? id, string data)
    {
        if (data == """{"type":"connected"}""") return;
        if (id is null || !data.StartsWith("""{"type":"event","event":{""", StringComparison.Ordinal))
        {
            log.Violate($"was sent {data[..Math.Min(data.Length, 200)]}");
            return;
        }

        var sequence = Sequence(id);
        log.After ??= sequence - 1;
        log.Saw(sequence);
        if (random.Next(CheckedInFull) != 0) return;
        using var message = JsonDocument.Parse(data);
        var item = message.RootElement.GetProperty("event");
        var told = new StreamedEvent(item.GetProperty("sequence").GetInt64(), item.GetProperty("type").GetString()!, item.GetProperty("source").GetString()!);
        if (told.Sequence != sequence || !log.Wants(told)) log.Violate($"was sent {told} as {id}");
    }

    private static long Sequence(string id) => long.Parse(id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
}
