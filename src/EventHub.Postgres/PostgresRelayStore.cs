using EventHub.Postgres.Relaying;
using EventHub.Storage.Relay;

namespace EventHub.Postgres;

/// <summary>Calls between processes go through tables of their own and are rung for by NOTIFY, with the process they are for.</summary>
internal sealed class PostgresRelayStore(PostgresStore store) : IRelayStore
{
    private Action _ring = static () => { };
    private string _node = "";

    public void OnRing(Action ring) => Volatile.Write(ref _ring, ring);

    public ValueTask<RelayIntake> ExchangeAsync(RelayRound round, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(round);
        Volatile.Write(ref _node, round.Node);
        return store.Open.Database.WriteAsync((connection, token) => RelayTables.ExchangeAsync(connection, round, token), cancellationToken);
    }

    public ValueTask<bool> WasServedAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return store.Open.Database.UseAsync((connection, token) => RelayTables.WasServedAsync(connection, name, token), cancellationToken);
    }

    /// <summary>Something was rung for a process, or without a name for all.</summary>
    public void Heard(string node)
    {
        if (node.Length == 0 || node == Volatile.Read(ref _node)) Volatile.Read(ref _ring)();
    }
}
