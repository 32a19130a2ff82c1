namespace EventHub.Postgres.Schema;

/// <summary>
/// Calls of RPC clients that are connected to other hubs. <c>rpc_served</c> says for ever which names were served. The other tables hold what is under way
/// and are not logged: a crash empties them, which costs the attempts under way; hubs tell anew who they are within seconds. Whoever is to take a call
/// deletes it, as does whoever withdraws it, so exactly one of them has it.
/// </summary>
internal static class Migration0010
{
    public const string Sql =
        """
        CREATE TABLE eventhub_data.rpc_served (name text PRIMARY KEY, since timestamptz NOT NULL DEFAULT clock_timestamp());
        CREATE UNLOGGED TABLE eventhub_data.rpc_nodes (node text PRIMARY KEY, expires_at timestamptz NOT NULL);
        CREATE UNLOGGED TABLE eventhub_data.rpc_clients (node text NOT NULL, name text NOT NULL, clients integer NOT NULL, PRIMARY KEY (node, name));
        CREATE UNLOGGED TABLE eventhub_data.rpc_calls (
          node text NOT NULL, caller text NOT NULL, number bigint NOT NULL, name text NOT NULL, item bytea NOT NULL,
          begin_by timestamptz NOT NULL, answer_by timestamptz NOT NULL, PRIMARY KEY (caller, number));
        CREATE INDEX rpc_calls_by_node ON eventhub_data.rpc_calls (node, begin_by);
        CREATE UNLOGGED TABLE eventhub_data.rpc_answers (
          node text NOT NULL, number bigint NOT NULL, kind smallint NOT NULL, text text, answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          PRIMARY KEY (node, number));
        """;
}
