using EventHub.Events;
using EventHub.Postgres.Writing;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Noticing;

/// <summary>
/// Tells the observer of commits in their order, this process's and others'; called by the log writer alone. Changes of subscriptions by others
/// are told before the events that follow them.
/// </summary>
internal sealed class Announcer(ICommitObserver observer, LogView start)
{
    private volatile LogView _told = start;

    /// <summary>The log as far as the observer was told.</summary>
    public LogView Told => _told;

    /// <summary>Tells of what other processes committed until the log stood like this.</summary>
    public async Task CatchUpAsync(NpgsqlConnection connection, LogView found)
    {
        if (found.Change > _told.Change)
        {
            foreach (var change in await ForeignChange.LoadAsync(connection, _told.Change, found.Change).ConfigureAwait(false))
            {
                if (change.Version is { } version)
                {
                    MoveHead(Math.Min(version.EffectiveAfter, found.Head));
                    observer.SubscriptionChanged(version);
                }
                else
                {
                    observer.Requeued(change.Subscription);
                }
            }

            _told = _told with { Change = found.Change };
        }

        MoveHead(found.Head);
        if (found.Trimmed > _told.Trimmed) _told = _told with { Trimmed = found.Trimmed };
    }

    /// <summary>Tells of events this process committed right after what was told last.</summary>
    public void Appended(IReadOnlyList<Event> events)
    {
        // Readers may look as far as the view says as soon as it says so.
        _told = _told with { Head = events[^1].Sequence };
        observer.Appended(events);
    }

    /// <summary>Tells of what an ordered operation changed.</summary>
    public void Changed(OrderedTransaction work)
    {
        _told = _told with { Change = work.Change, Trimmed = Math.Max(work.Trimmed, _told.Trimmed) };
        work.Tell(observer);
        if (work.Appended.Count > 0) Appended(work.Appended);
    }

    private void MoveHead(long head)
    {
        if (head <= _told.Head) return;
        _told = _told with { Head = head };
        observer.HeadMoved(head);
    }
}
