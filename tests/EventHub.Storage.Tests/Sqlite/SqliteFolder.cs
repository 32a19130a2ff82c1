using System.Text;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Sqlite;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Writing;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

/// <summary>A data directory of one test, with the stores opened in it.</summary>
public sealed class SqliteFolder : IAsyncDisposable
{
    private readonly List<SqliteStore> _stores = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("eventhub-sqlite-").FullName;

    public string Database => System.IO.Path.Combine(Path, "eventhub.db");

    public string Wal => Database + "-wal";

    public static DateTimeOffset Time { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Event Event(string type = "order.created", string payload = "{\"n\":1}", DateTimeOffset? createdAt = null) => new()
    {
        Id = Guid.CreateVersion7(createdAt ?? Time), Type = type, Payload = Encoding.UTF8.GetBytes(payload), CreatedAt = createdAt ?? Time,
    };

    public static Event[] Events(int count) => [.. Enumerable.Range(1, count).Select(n => Event(payload: $"{n}"))];

    public static AppendRequest Request(params Event[] events) => new() { Events = events, Now = Time };

    public static Subscription Subscription(string id) => new()
    {
        Id = id, Name = id, Events = ["*"], Destination = new HandlerDestination("test"), CreatedAt = Time, UpdatedAt = Time,
    };

    /// <summary>Runs something on the store's write connection.</summary>
    internal static Task OnWriterAsync(SqliteStore store, Action<SqliteConnection> action) =>
        store.Writer.SubmitAsync(new ConnectionOperation(action), Cancel).AsTask();

    /// <summary>Opens a store here.</summary>
    public async Task<SqliteStore> OpenAsync(Func<SqliteOptions, SqliteOptions>? options = null, ICommitObserver? observer = null, TimeProvider? clock = null)
    {
        var store = new SqliteStore((options ?? (o => o))(new SqliteOptions { DataDirectory = Path }), clock);
        _stores.Add(store);
        await store.OpenAsync(observer ?? new NoticeList(), Cancel);
        return store;
    }

    /// <summary>Another directory with the database and WAL as they are at this moment, as a crash would leave them.</summary>
    public SqliteFolder CopyAfterCrash()
    {
        var copy = new SqliteFolder();
        File.Copy(Database, copy.Database);
        File.Copy(Wal, copy.Wal);
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        Directory.Delete(Path, recursive: true);
    }
}
