using System.Collections.Concurrent;
using EventHub.Sqlite;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Sqlite;

/// <summary>The SQLite store, each in a data directory of its own.</summary>
public sealed class SqliteProvider : StoreProvider
{
    private readonly ConcurrentDictionary<IHubStore, string> _directories = new();

    public override string Name => "sqlite";

    public override Durability Durability => Durability.Fsync;

    public override bool IsPersistent => true;

    public override ValueTask<IHubStore> CreateAsync(TimeProvider clock) => Create(Directory.CreateTempSubdirectory("eventhub-conformance-").FullName, clock);

    public override ValueTask<IHubStore> ReopenAsync(IHubStore disposed, TimeProvider clock) => Create(_directories[disposed], clock);

    public override async ValueTask DisposeAsync()
    {
        foreach (var directory in _directories.Values.Distinct()) Directory.Delete(directory, recursive: true);
        await base.DisposeAsync();
    }

    private ValueTask<IHubStore> Create(string directory, TimeProvider clock)
    {
        var store = new SqliteStore(new SqliteOptions { DataDirectory = directory }, clock);
        _directories[store] = directory;
        return ValueTask.FromResult<IHubStore>(store);
    }
}
