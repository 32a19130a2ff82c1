using System.Collections.Concurrent;
using EventHub.Postgres;
using EventHub.PostgresServer;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>
/// The PostgreSQL store, each in a database of its own; databases are used again once emptied. The database's clock cannot be set, so leases are judged
/// by the test's, which the store gives the same statements in its place.
/// </summary>
public sealed class PostgresProvider : StoreProvider
{
    private static readonly ConcurrentBag<string> s_free = [];
    private readonly ConcurrentDictionary<IHubStore, string> _databases = new();

    public override string Name => "postgres";

    public override Durability Durability => Durability.Fsync;

    public override bool IsPersistent => true;

    public override bool IsShared => true;

    public override async ValueTask<IHubStore> CreateAsync(TimeProvider clock)
    {
        if (!s_free.TryTake(out var database)) database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        return Create(database, clock);
    }

    public override ValueTask<IHubStore> ReopenAsync(IHubStore disposed, TimeProvider clock) => ValueTask.FromResult<IHubStore>(Create(_databases[disposed], clock));

    public override async ValueTask DisposeAsync()
    {
        foreach (var (store, database) in _databases) await store.DisposeAsync();
        foreach (var database in _databases.Values.Distinct())
        {
            await TestDatabase.EmptyAsync(database);
            s_free.Add(database);
        }

        await base.DisposeAsync();
    }

    private PostgresStore Create(string database, TimeProvider clock)
    {
        var store = new PostgresStore(new PostgresOptions { ConnectionString = database, MaxConnections = 10 }, TimeProvider.System, clock);
        _databases[store] = database;
        return store;
    }
}
