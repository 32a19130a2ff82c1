using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Postgres.Maintenance;
using EventHub.Postgres.Noticing;
using EventHub.Postgres.Schema;
using EventHub.Postgres.Writing;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres;

/// <summary>All that exists while the store is open: the connections, the two writers, the bell and the listener.</summary>
internal sealed class OpenStore
{
    private readonly Announcer _announcer;
    private readonly Bell _bell;
    private readonly Listener _listener;
    private readonly PartitionKeeper _partitions;

    private OpenStore(WriterContext context, ICommitObserver observer, Action<string> wakeRelay, LogView view, string epoch, Durability durability)
    {
        Context = context;
        Epoch = epoch;
        Durability = durability;
        _announcer = new Announcer(observer, view);
        _bell = new Bell(context.Database, context.Logger);
        _partitions = new PartitionKeeper(context.Database, context.Options.EventsPerPartition, context.Logger);
        Log = new LogWriter(context, _announcer, _bell, _partitions);
        Settlements = new SettlementWriter(context, () => _announcer.Told.Head);
        _listener = new Listener(context.Database, _bell, Log.Wake, observer.Staged, wakeRelay, context.Clock, context.Logger);
    }

    public WriterContext Context { get; }

    public string Epoch { get; }

    public Durability Durability { get; }

    public LogWriter Log { get; }

    public SettlementWriter Settlements { get; }

    public HubDatabase Database => Context.Database;

    /// <summary>The log as far as the observer was told of it.</summary>
    public LogView Told => _announcer.Told;

    /// <summary>Connects, brings the schema up to date, and starts.</summary>
    /// <exception cref="StorageException">Any of that failed; nothing stays open.</exception>
    public static async Task<OpenStore> OpenAsync(WriterContext context, ICommitObserver observer, Action<string> wakeRelay, CancellationToken cancellationToken)
    {
        var database = context.Database;
        try
        {
            var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                // 1 the schema, refused before the first write when it is a newer one's
                var found = await SchemaUpgrade.RunAsync(connection, database.Name, cancellationToken).ConfigureAwait(false);
                if (found > 0 && found < SchemaUpgrade.Newest) context.Logger.Migrated(database.Name, found, SchemaUpgrade.Newest);

                // 2 where the log stands, and what a commit means here
                var view = await LogRow.ReadAsync(connection).ConfigureAwait(false);
                var epoch = await connection.ScalarAsync<string>("SELECT epoch FROM eventhub_data.log", cancellationToken).ConfigureAwait(false);
                var durability = await DurabilitySettings.ReadAsync(connection, cancellationToken).ConfigureAwait(false);

                // 3 start
                var open = new OpenStore(context, observer, wakeRelay, view, epoch, durability);
                await open._partitions.PrepareAsync(connection, view.Head, cancellationToken).ConfigureAwait(false);
                context.Logger.Opened(connection.PostgreSqlVersion.ToString(), database.Name, SchemaUpgrade.Newest, epoch, view.Head, context.Options.MaxConnections);
                open.Log.Start();
                open.Settlements.Start();
                open._bell.Start();
                open._listener.Start();
                return open;
            }
        }
        catch (Exception exception)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            if (PostgresFailures.IsTrouble(exception)) throw PostgresFailures.ToStorage(exception, database.Name);
            throw;
        }
    }

    /// <summary>Finishes what is queued and closes all connections.</summary>
    public async Task CloseAsync()
    {
        await _listener.CloseAsync().ConfigureAwait(false);
        await Log.CloseAsync().ConfigureAwait(false);
        await Settlements.CloseAsync().ConfigureAwait(false);
        await _partitions.CloseAsync().ConfigureAwait(false);
        await _bell.CloseAsync().ConfigureAwait(false);
        await Database.DisposeAsync().ConfigureAwait(false);
        Context.Logger.Closed(Told.Head);
    }
}
