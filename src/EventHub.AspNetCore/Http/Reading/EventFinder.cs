using EventHub.Events;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Storage;

namespace EventHub.AspNetCore.Http.Reading;

/// <summary>Finds events and what became of them; HTTP and RPC share it.</summary>
internal sealed class EventFinder(IEventLog log, DispatchJournal journal)
{
    /// <summary>A page of events.</summary>
    public async ValueTask<EventListPage> ListAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var (events, hasMore) = await EventPageReader.ReadAsync(log, query, cancellationToken);
        var progress = await journal.GetProgressAsync(events, cancellationToken);
        return new EventListPage(events, progress, hasMore ? new EventCursor(events[^1].Sequence, query.Descending).ToString() : null);
    }

    /// <summary>One event with its dispatches, or why there is none.</summary>
    /// <param name="id">Its id as the caller wrote it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async ValueTask<(Event? Event, EventDispatches? Dispatches, Problem? Problem)> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var parsed))
            return (null, null, Problem.Invalid([new FieldError("id", $"is '{StrictQuery.Printable(id)}'; must be the UUID of an event")]));
        if (await log.FindAsync(parsed, cancellationToken) is not { } found) return (null, null, Problem.NotFound("Event"));
        return (found, await journal.GetDispatchesAsync(found, cancellationToken), null);
    }
}
