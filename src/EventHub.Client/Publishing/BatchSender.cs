using System.Globalization;
using EventHub.Client.Http;

namespace EventHub.Client.Publishing;

/// <summary>
/// Publishes what waited as one batch. The hub takes all of it or nothing, and names the events it refuses: those fail alone, and the rest goes again.
/// </summary>
internal sealed class BatchSender(HubHttp http)
{
    /// <summary>Publishes them. Every one has ended when this returns.</summary>
    public async Task SendAsync(IReadOnlyList<PendingPublish> items, CancellationToken cancellationToken)
    {
        try
        {
            while (items.Count > 0)
            {
                var refusal = await TryAsync(items, cancellationToken).ConfigureAwait(false);
                if (refusal is null) return;
                var refused = Refused(refusal, items.Count);
                if (refused.Count == 0)
                {
                    await DivideAsync(items, refusal, cancellationToken).ConfigureAwait(false);
                    return;
                }

                foreach (var (index, failure) in refused) items[index].Fail(failure);
                items = [.. items.Where((_, index) => !refused.ContainsKey(index))];
            }
        }
        catch (OperationCanceledException)
        {
            Fail(items, new EventHubException("The client was disposed before the hub could be reached; whether the event was stored is not known."));
        }
        catch (Exception e)
        {
            Fail(items, e);
        }
    }

    private static void Fail(IReadOnlyList<PendingPublish> items, Exception failure)
    {
        foreach (var item in items) item.Fail(failure);
    }

    private async Task<EventHubException?> TryAsync(IReadOnlyList<PendingPublish> items, CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Post, "events/batch")
        {
            Json = NewEventWriter.Array([.. items.Select(static item => item.Json)]),
            StartedAt = items[0].CalledAt,
        };
        try
        {
            var answer = await http.SendAsync(request, HubWireJsonContext.Default.BatchAnswer, cancellationToken).ConfigureAwait(false);
            if (answer.Events.Count != items.Count) throw new EventHubException($"The hub answered {answer.Events.Count} events to a batch of {items.Count}.");
            for (var i = 0; i < items.Count; i++) items[i].Succeed(answer.Events[i]);
            return null;
        }
        catch (EventHubException e) when (e.Status is { } status && (int)status is >= 400 and < 500 && !Problem.IsTransient(status))
        {
            return e;
        }
    }

    /// <summary>It did not say which: halves tell.</summary>
    private async Task DivideAsync(IReadOnlyList<PendingPublish> items, EventHubException refusal, CancellationToken cancellationToken)
    {
        if (items.Count == 1)
        {
            items[0].Fail(refusal);
            return;
        }

        await SendAsync([.. items.Take(items.Count / 2)], cancellationToken).ConfigureAwait(false);
        await SendAsync([.. items.Skip(items.Count / 2)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The events an error names, as <c>[3].type</c>, each with what is said of it.</summary>
    private static Dictionary<int, EventHubException> Refused(EventHubException refusal, int count)
    {
        var fields = new Dictionary<int, Dictionary<string, IReadOnlyList<string>>>();
        foreach (var (field, messages) in refusal.Errors)
        {
            var end = field.IndexOf(']', StringComparison.Ordinal);
            if (end < 2 || field[0] != '[' || !int.TryParse(field.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= count) continue;
            if (!fields.TryGetValue(index, out var own)) fields[index] = own = [];
            own[field[(end + 1)..].TrimStart('.')] = messages;
        }

        return fields.ToDictionary(static item => item.Key, item => new EventHubException(Message(refusal, item.Value), refusal)
        {
            Status = refusal.Status, Code = refusal.Code, Errors = item.Value,
        });
    }

    private static string Message(EventHubException refusal, Dictionary<string, IReadOnlyList<string>> errors) =>
        $"The event was refused ({(int?)refusal.Status}): {string.Join("; ", errors.Select(static e => $"{e.Key} {string.Join(", ", e.Value)}"))}";
}
