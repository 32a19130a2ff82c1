using System.Globalization;

namespace EventHub.Storage.Memory;

/// <summary>
/// Everything in memory, gone with the process: for tests, simulation and trying things out. Every operation is plain synchronous work under
/// one lock and completes before it returns; the commit observer is called under that lock, so it must return at once, as
/// <see cref="ICommitObserver"/> demands anyway. Failure policy: an operation checks everything before it changes anything, so a refused
/// one leaves no trace.
/// </summary>
public sealed class MemoryStore : IHubStore
{
    private readonly MemoryState _state;

    /// <summary>An empty store with an epoch of its own.</summary>
    /// <param name="clock">The store's clock: what leases expire by.</param>
    /// <param name="random">What the epoch is drawn from.</param>
    public MemoryStore(TimeProvider clock, Random random)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(random);
        _state = new MemoryState(clock, random.Next().ToString("x8", CultureInfo.InvariantCulture));
        Log = new MemoryEventLog(_state);
        Dispatches = new MemoryDispatchStore(_state);
        Journal = new MemoryJournalStore(_state);
        Consumers = new MemoryConsumerStore(_state);
    }

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public Durability Durability => Durability.None;

    /// <inheritdoc/>
    public bool IsPersistent => false;

    /// <inheritdoc/>
    public IEventLog Log { get; }

    /// <inheritdoc/>
    public IDispatchStore Dispatches { get; }

    /// <inheritdoc/>
    public IJournalStore Journal { get; }

    /// <inheritdoc/>
    public IConsumerStore Consumers { get; }

    /// <inheritdoc/>
    public ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        _state.Open(observer);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken) => await _state.Run(() => _state.Events.Head, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) =>
        _state.Run(() => MemoryCheck.FindProblems(_state), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _state.Close();
        return ValueTask.CompletedTask;
    }
}
