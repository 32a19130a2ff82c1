using EventHub.Postgres.Connections;
using EventHub.Postgres.Reading;
using EventHub.Postgres.Writing;
using EventHub.Storage;
using EventHub.Storage.Relay;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Postgres;

/// <summary>
/// Keeps everything in a PostgreSQL database that any number of processes share; what lies in it: Schema/Migration0001.cs. Failure policy: what the
/// server refused was rolled back and is told to its caller alone; while the database cannot be reached everything is refused as unavailable and goes on by
/// itself afterwards; a write whose connection broke during the commit is told as <see cref="StorageFailure.CommitFailed"/> (its outcome is unknown) and
/// never repeated.
/// </summary>
public sealed class PostgresStore : IHubStore
{
    private readonly PostgresOptions _options;
    private readonly TimeProvider _clock;
    private readonly TimeProvider? _leaseClock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _lifetime = new(1, 1);
    private readonly PostgresRelayStore _relay;
    private OpenStore? _open;
    private bool _isDisposed;

    /// <summary>Creates the store; nothing is connected before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="timeProvider">For polling and waiting; leases are judged by the database's clock. Default the system's.</param>
    /// <param name="logger">Where it logs. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public PostgresStore(PostgresOptions options, TimeProvider? timeProvider = null, ILogger<PostgresStore>? logger = null)
        : this(options, timeProvider, leaseClock: null, logger)
    {
    }

    /// <summary>For tests: leases are judged by this clock.</summary>
    internal PostgresStore(PostgresOptions options, TimeProvider? timeProvider, TimeProvider? leaseClock, ILogger<PostgresStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _clock = timeProvider ?? TimeProvider.System;
        _leaseClock = leaseClock;
        _logger = logger ?? NullLogger<PostgresStore>.Instance;
        Log = new PostgresEventLog(this);
        Dispatches = new PostgresDispatchStore(this);
        Journal = new PostgresJournalStore(this);
        Consumers = new PostgresConsumerStore(this);
        _relay = new PostgresRelayStore(this);
        Outbox = new PostgresOutboxStore(this);
    }

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <summary>By the server's settings: <see cref="Durability.Replicated"/> with synchronous standbys, <see cref="Durability.OsBuffered"/> where it does not sync.</summary>
    public Durability Durability => Volatile.Read(ref _open)?.Durability ?? Durability.Fsync;

    /// <inheritdoc/>
    public bool IsPersistent => true;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public IEventLog Log { get; }

    /// <inheritdoc/>
    public IDispatchStore Dispatches { get; }

    /// <inheritdoc/>
    public IJournalStore Journal { get; }

    /// <inheritdoc/>
    public IConsumerStore Consumers { get; }

    /// <inheritdoc/>
    public IRelayStore Relay => _relay;

    /// <inheritdoc/>
    public IOutboxStore? Outbox { get; }

    internal OpenStore Open =>
        Volatile.Read(ref _isDisposed) ? throw PostgresFailures.Closed() : Volatile.Read(ref _open) ?? throw PostgresFailures.NotOpen();

    /// <inheritdoc/>
    public async ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        await _lifetime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isDisposed) throw PostgresFailures.Closed();
            if (_open is not null) throw new InvalidOperationException("The store is open already.");
            var context = new WriterContext(new HubDatabase(_options), _options, _clock, _leaseClock, _logger);
            Volatile.Write(ref _open, await OpenStore.OpenAsync(context, observer, _relay.Heard, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _lifetime.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Open.Log.SubmitAsync(new PingOperation(), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => Open.Database.UseAsync(SoundnessCheck.RunAsync, cancellationToken);

    /// <summary>Finishes what is queued and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed) return;
            Volatile.Write(ref _isDisposed, true);
            if (_open is { } open) await open.CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _lifetime.Release();
        }
    }
}
