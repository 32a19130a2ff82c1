using EventHub.Sqlite.Native;
using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Writing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Sqlite;

// ON DISK, in the data directory:
//
//   eventhub.db       the database (SQLite, application_id "EvHb", user_version = schema version; tables: Schema/Migration0001.cs)
//   eventhub.db-wal   its write-ahead log: commits not yet copied into the database. Part of the data: copy both or neither
//   eventhub.db-shm   index of the WAL in shared memory; rebuilt, never needed in a backup
//   eventhub.lock     held open and locked by the process that has the directory; its content means nothing
//   eventhub.pid      that process's id, for the message another one prints
//
// VALID is what SQLite calls committed: the database file with every WAL frame up to the last commit frame whose salts and
// running checksums hold. A commit returns after the WAL was synced (synchronous=FULL), and only then is anybody told of it.
//
// RECOVERY is opening: SQLite drops what follows the last valid commit in the WAL (a torn tail was never acknowledged), an
// unfinished migration rolls back with it. The head is the greatest sequence, or the trim point when no event is left above it. Leases
// are freed, because the lock proves their holders are gone; their tokens stay, so that they only ever grow.

/// <summary>
/// Keeps everything in one SQLite database in WAL mode: one thread writes and commits what came in together, several connections read.
/// Failure policy: a failed write is rolled back and told to its caller alone; a full disk refuses writes until there is space; a failed
/// commit or sync is never repeated, it stops all writing until the store is opened again.
/// </summary>
public sealed class SqliteStore : IHubStore
{
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _lifetime = new(1, 1);
    private OpenStore? _open;
    private bool _isDisposed;

    /// <summary>Creates the store; nothing is touched before <see cref="OpenAsync"/>.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="timeProvider">The store's clock, which judges leases. Default the system's.</param>
    /// <param name="logger">Where it logs. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public SqliteStore(SqliteOptions options, TimeProvider? timeProvider = null, ILogger<SqliteStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _clock = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<SqliteStore>.Instance;
        Log = new SqliteEventLog(this);
        Dispatches = new SqliteDispatchStore(this);
        Journal = new SqliteJournalStore(this);
        Consumers = new SqliteConsumerStore(this, _clock);
    }

    internal SqliteOptions Options { get; }

    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <inheritdoc/>
    public Durability Durability => Durability.Fsync;

    /// <inheritdoc/>
    public bool IsPersistent => true;

    /// <inheritdoc/>
    public IEventLog Log { get; }

    /// <inheritdoc/>
    public IDispatchStore Dispatches { get; }

    /// <inheritdoc/>
    public IJournalStore Journal { get; }

    /// <inheritdoc/>
    public IConsumerStore Consumers { get; }

    internal Writer Writer => Opened.Writer;

    internal ReadPool Reads => Opened.Reads;

    internal string Epoch => Opened.Epoch;

    private OpenStore Opened =>
        Volatile.Read(ref _isDisposed) ? throw SqliteFailures.Closed() : Volatile.Read(ref _open) ?? throw SqliteFailures.NotOpen();

    /// <inheritdoc/>
    public async ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        await _lifetime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isDisposed) throw SqliteFailures.Closed();
            if (_open is not null) throw new InvalidOperationException("The store is open already.");
            var opened = await Task.Run(
                () => OpenStore.Open(Options, observer, path => new WriterContext(path, _clock, _logger)), cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _open, opened);
        }
        finally
        {
            _lifetime.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        var opened = Opened;
        if (opened.Writer.IsDiskFull)
        {
            await opened.Writer.SubmitAsync(new SpaceProbeOperation(removes: false), cancellationToken).ConfigureAwait(false);
            await opened.Writer.SubmitAsync(new SpaceProbeOperation(removes: true), cancellationToken).ConfigureAwait(false);
        }

        await opened.Writer.SubmitAsync(new PingOperation(), cancellationToken).ConfigureAwait(false);
        await opened.Reads.ReadAsync((connection, _) => connection.QueryInt64("SELECT max(sequence) FROM events"), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) =>
        Reads.ReadAsync<IReadOnlyList<string>>(SoundnessCheck.Run, cancellationToken);

    /// <summary>Finishes what is queued, closes the database and lets the next process in.</summary>
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
