using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Crashes;

/// <summary>
/// Publishes at a bounded rate: single events and batches, with and without idempotency keys. What has a key is sent again until it is answered,
/// whatever becomes of the hub meanwhile; what has none is sent once. In the suite it publishes at a third of the rate, and leaves the processor to the tests
/// beside it: there are as many crashes, at any point of a start, a publish and a delivery.
/// </summary>
/// <param name="running">A hub that listens, now or when there is one again.</param>
/// <param name="ledger">What it notes.</param>
/// <param name="seed">Of what it sends.</param>
internal sealed class SoakPublisher(Func<Task<HubProcess>> running, Ledger ledger, int seed)
{
    private const int MaxBatch = 24;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(SoakForm.IsBesideOthers ? 150 : 50);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(50);
    private readonly Random _random = new(seed);
    private readonly List<PublishedEvent> _earlier = [];

    public async Task RunAsync(CancellationToken until)
    {
        using var pace = new PeriodicTimer(s_pace);
        try
        {
            while (await pace.WaitForNextTickAsync(until)) await PublishAsync();
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The load ends; a publish that was under way has been finished.
        }
    }

    private Task PublishAsync() => _random.Next(100) switch
    {
        < 30 => SendOneAsync(New(withKey: false)),
        < 45 => SendKeyedAsync(New(withKey: true)),
        < 50 when _earlier.Count > 0 => SendOneAsync(_earlier[_random.Next(_earlier.Count)]),
        < 70 => SendBatchAsync(NewBatch(withKeys: false), null),
        < 85 => SendBatchAsync(NewBatch(withKeys: false), $"batch-{seed}-{ledger.NextNumber()}"),
        _ => SendBatchAsync([.. NewBatch(withKeys: true), .. _earlier.Take(1)], null),
    };

    private PublishedEvent New(bool withKey)
    {
        var number = ledger.NextNumber();
        return new PublishedEvent(number, withKey ? $"key-{number}" : null);
    }

    private List<PublishedEvent> NewBatch(bool withKeys) => [.. Enumerable.Range(0, 2 + _random.Next(MaxBatch - 1)).Select(_ => New(withKeys))];

    private async Task SendKeyedAsync(PublishedEvent item)
    {
        await SendOneAsync(item);
        _earlier.Add(item);
        if (_earlier.Count > 200) _earlier.RemoveAt(0);
    }

    private Task SendOneAsync(PublishedEvent item) => SendAsync("/events", item.Body, null, item.Key is not null, [item], static answer => [answer]);

    private Task SendBatchAsync(IReadOnlyList<PublishedEvent> items, string? key)
    {
        ledger.Batches.Enqueue([.. items.Where(i => !_earlier.Contains(i)).Select(i => i.Number)]);
        var isRepeatable = key is not null || items.All(i => i.Key is not null);
        return SendAsync("/events/batch", items.Select(i => i.Body), key, isRepeatable, items, static answer => answer.GetProperty("events").EnumerateArray());
    }

    private async Task SendAsync(
        string path, object body, string? key, bool isRepeatable, IReadOnlyList<PublishedEvent> items, Func<JsonElement, IEnumerable<JsonElement>> places)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var hub = await running();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = PublishedEvent.Content(body) };
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                using var response = await hub.Http.SendAsync(request, TestContext.Current.CancellationToken);
                var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    var isReplay = response.Headers.Contains("Idempotent-Replayed");
                    using var answer = JsonDocument.Parse(text);
                    foreach (var (item, place) in items.Zip(places(answer.RootElement)))
                    {
                        var isDuplicate = isReplay || (place.TryGetProperty("duplicate", out var duplicate) && duplicate.GetBoolean());
                        var mayBe = isRepeatable && (!isFirst || _earlier.Contains(item));
                        ledger.Accept(item.Number, place.GetProperty("event_id").GetGuid(), place.GetProperty("sequence").GetInt64(), isDuplicate, mayBe);
                    }

                    return;
                }

                if ((int)response.StatusCode != 503) ledger.Violate($"POST {path}: {(int)response.StatusCode} {text}");
                if (!isRepeatable)
                {
                    // The store may not know itself whether it committed, and says so.
                    if (text.Contains("is unknown", StringComparison.Ordinal)) return;
                    foreach (var item in items) ledger.Refuse(item.Number, text);
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException
                || (e is OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
            {
                // The hub is gone, or stands still, in the middle of it: nobody knows.
                if (!isRepeatable) return;
            }

            await Pause.ForAsync(s_retry, TestContext.Current.CancellationToken);
        }
    }
}
