using EventHub.Log;
using EventHub.Storage;

namespace EventHub.Consumers;

/// <summary>A consumer's events as they come, for the client that has it while this is open.</summary>
public sealed class ConsumerStream : IAsyncDisposable
{
    private readonly ConsumerService _service;
    private readonly string _name;
    private readonly bool _isAnonymous;

    internal ConsumerStream(ConsumerService service, string name, string instance, bool isAnonymous, EventStream events)
    {
        (_service, _name, Instance, _isAnonymous, Events) = (service, name, instance, isAnonymous, events);
    }

    /// <summary>Who has the consumer: the client's own name, or one it was given.</summary>
    public string Instance { get; }

    /// <summary>The events after the cursor. What is read here is not acknowledged by it.</summary>
    public EventStream Events { get; }

    /// <summary>
    /// Keeps the consumer; to be called every 10 s or so. Also takes note that what the client was given is acknowledged, and the rest was not for it.
    /// False when it was deleted or lost to another client: the stream has to end.
    /// </summary>
    /// <exception cref="StorageException">The store did not answer; the consumer is kept for what is left of 30 s.</exception>
    public async ValueTask<bool> KeepAsync(CancellationToken cancellationToken)
    {
        if (await _service.ClaimAsync(_name, Instance, cancellationToken) is not { Status: ConsumerStatus.Done } claim) return false;
        var cursor = claim.Consumer.Cursor;
        if (cursor >= Events.LastEvent && cursor < Events.Position) await _service.SkipAsync(_name, Instance, cursor, Events.Position, cancellationToken);
        return true;
    }

    /// <summary>Gives the consumer back, unless the client has a name: then it is kept for what is left of 30 s, for the client to come back.</summary>
    public async ValueTask DisposeAsync()
    {
        Events.Dispose();
        if (_isAnonymous) await _service.ReleaseAsync(_name, Instance);
    }
}
