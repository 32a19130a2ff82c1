namespace EventHub.Postgres.Schema;

/// <summary>
/// <c>workers</c>: the processes that deliver, each until it is not heard of any more; what subscriptions are shared out by. <c>secret_keys</c>: the keys that webhooks'
/// secrets are encrypted with, as XML of ASP.NET data protection, because every process that delivers needs them.
/// </summary>
internal static class Migration0004
{
    public const string Sql =
        """
        CREATE TABLE eventhub_data.workers (
          owner text PRIMARY KEY,
          expires_at timestamptz NOT NULL
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0);

        CREATE TABLE eventhub_data.secret_keys (
          name text PRIMARY KEY,
          xml text NOT NULL,
          created_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        """;
}
