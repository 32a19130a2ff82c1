using EventHub.Sqlite.Diagnostics;
using EventHub.Sqlite.Files;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Reading;
using EventHub.Sqlite.Schema;
using EventHub.Sqlite.Writing;
using EventHub.Storage;

namespace EventHub.Sqlite;

/// <summary>All that exists while the store is open: the directory's lock, the writer and the read connections.</summary>
internal sealed class OpenStore
{
    private readonly DataDirectory _directory;
    private readonly WriteQueue _queue;
    private readonly WriterContext _context;

    private OpenStore(DataDirectory directory, WriteQueue queue, Writer writer, ReadPool reads, string epoch, WriterContext context)
    {
        _directory = directory;
        _queue = queue;
        _context = context;
        Writer = writer;
        Reads = reads;
        Epoch = epoch;
    }

    public Writer Writer { get; }

    public ReadPool Reads { get; }

    public string Epoch { get; }

    /// <summary>Takes the directory, then opens or creates the database, brings its schema up to date, and starts the writer.</summary>
    /// <exception cref="StorageException">Any of that failed; nothing stays open.</exception>
    public static OpenStore Open(SqliteOptions options, ICommitObserver observer, Func<string, WriterContext> context)
    {
        // 1 nobody else
        var directory = DataDirectory.Take(options.DataDirectory);
        SqliteConnection? connection = null;
        try
        {
            // 2 refuse what is not ours before the first write
            connection = SqliteConnections.OpenWriter(directory.Database, options.WriteCacheBytes);
            SchemaUpgrade.CheckVersion(connection, directory.Database);

            // 3 recovery is SQLite's: it reads the WAL up to the last commit whose checksums hold
            SqliteConnections.EnableWal(connection);
            var surroundings = context(directory.Database);
            var found = SchemaUpgrade.Run(connection);
            if (found > 0 && found < SchemaUpgrade.Newest) surroundings.Logger.Migrated(directory.Database, found, SchemaUpgrade.Newest);
            LeaseTable.Clear(connection);

            // 4 start
            var (epoch, head) = ReadMeta(connection);
            var reads = ReadPool.Open(directory.Database, options.ReadConnections);
            var queue = new WriteQueue(options.QueueCapacity, options.QueueBytes);
            var checkpointer = new Checkpointer(connection, options.CheckpointPages, surroundings);
            var writer = new Writer(connection, queue, checkpointer, head, observer, surroundings);
            var library = SqliteLibrary.Loaded;
            surroundings.Logger.Opened(library.Version, library.Origin, directory.Database, SchemaUpgrade.Newest, epoch, head.Head);
            writer.Start();
            return new OpenStore(directory, queue, writer, reads, epoch, surroundings);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            directory.Dispose();
            if (exception is SqliteException failure) throw SqliteFailures.ToStorage(failure, directory.Database);
            throw;
        }
    }

    /// <summary>Finishes what is queued, leaves everything in the database file, and lets the next process in.</summary>
    public async Task CloseAsync()
    {
        _queue.Close(SqliteFailures.Closed());
        await Reads.CloseAsync().ConfigureAwait(false); // first: the last checkpoint needs the WAL to itself
        await Writer.Stopped.ConfigureAwait(false);
        _directory.Dispose();
        _context.Logger.Closed(_context.Path, Writer.Committed.Head);
    }

    private static (string Epoch, LogHead Head) ReadMeta(SqliteConnection connection)
    {
        var epoch = connection.QueryText("SELECT value FROM meta WHERE name = 'epoch'") ?? "";
        var trimmed = connection.QueryInt64("SELECT value FROM meta WHERE name = 'trimmed'");
        var newest = connection.QueryInt64("SELECT max(sequence) FROM events");
        return (epoch, new LogHead(Math.Max(newest, trimmed), trimmed));
    }
}
