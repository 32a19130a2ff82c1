using EventHub.Postgres;
using EventHub.PostgresServer;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>A new database per test, with the stores opened on it.</summary>
public abstract class PostgresTest : IAsyncLifetime
{
    private readonly List<PostgresStore> _stores = [];

    protected string Database { get; private set; } = "";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<PostgresStore> OpenAsync(ICommitObserver? observer = null, Func<PostgresOptions, PostgresOptions>? options = null)
    {
        var store = new PostgresStore((options ?? (o => o))(new PostgresOptions { ConnectionString = Database, MaxConnections = 8 }));
        _stores.Add(store);
        await store.OpenAsync(observer ?? new RecordingObserver(), Cancel);
        return store;
    }

    protected static async Task<AppendResult> AppendAsync(IHubStore store, params Events.Event[] events) =>
        await store.Log.AppendAsync(new AppendRequest { Events = events, Now = Make.Time }, Cancel);

    protected Task ExecuteAsync(string sql) => TestDatabase.ExecuteAsync(Database, sql);

    protected Task<T> QueryAsync<T>(string sql) => TestDatabase.QueryAsync<T>(Database, sql);
}
