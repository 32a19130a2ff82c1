namespace EventHub.Sqlite.Schema;

/// <summary>
/// The first schema. All times and spans are whole microseconds, times since the Unix epoch in UTC; ids are the 16 bytes of a UUID,
/// most significant first; JSON is UTF-8 text exactly as it was sent. States and statuses are the numbers of the contract's enums.
/// </summary>
/// <remarks>
/// <para><c>events</c>: the log. Dense above <c>meta.trimmed</c>; at or below it only what a dead letter or an exception refers to. Long
/// columns stand last, so that filters never touch their overflow pages.</para>
/// <para>The secondary indexes of <c>events</c> were replaced by version 3.</para>
/// <para><c>time_blocks</c>: earliest and latest <c>created_at</c> of each complete block of 1024 sequences. Clocks step back, so
/// <c>created_at</c> does not grow with the sequence; this bounds a time range exactly without an index entry per event.</para>
/// <para><c>idempotency</c>: keys of requests and keys of events are told apart; <c>answer</c> is 25 bytes per event: id, sequence (big-endian), 1 for a duplicate.</para>
/// <para><c>tracks</c>, <c>exceptions</c>, <c>results</c>, <c>attempts</c>: see the contract's Track, ExceptionRecord, DispatchResult, AttemptRecord.
/// A dispatch has a row in <c>results</c> or in <c>exceptions</c>, never in both.</para>
/// <para><c>leases</c>: one row per subscription that is not deleted; <c>token</c> only ever grows.</para>
/// </remarks>
internal static class Migration0001
{
    public const string Sql =
        """
        CREATE TABLE meta (
          name TEXT PRIMARY KEY,
          value NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE events (
          sequence INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          type TEXT NOT NULL,
          version TEXT NOT NULL,
          source TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          organization_id TEXT,
          user_id TEXT,
          session_id TEXT,
          instance_id TEXT,
          schema TEXT,
          entity TEXT,
          operation TEXT,
          trace_parent TEXT,
          subject TEXT,
          metadata TEXT,
          cloud_event TEXT,
          payload TEXT NOT NULL
        );
        CREATE INDEX events_type ON events (type);
        CREATE INDEX events_source ON events (source);
        CREATE INDEX events_organization ON events (organization_id) WHERE organization_id IS NOT NULL;
        CREATE INDEX events_user ON events (user_id) WHERE user_id IS NOT NULL;

        CREATE TABLE time_blocks (
          block INTEGER PRIMARY KEY,
          earliest INTEGER NOT NULL,
          latest INTEGER NOT NULL
        );

        CREATE TABLE idempotency (
          key TEXT NOT NULL,
          is_request INTEGER NOT NULL,
          hash BLOB NOT NULL,
          answer BLOB NOT NULL,
          expires_at INTEGER NOT NULL,
          PRIMARY KEY (key, is_request)
        ) WITHOUT ROWID;
        CREATE INDEX idempotency_expiry ON idempotency (expires_at);

        CREATE TABLE subscriptions (
          key INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          version INTEGER NOT NULL,
          deleted INTEGER NOT NULL,
          next_generation INTEGER NOT NULL
        );
        CREATE TABLE subscription_versions (
          key INTEGER NOT NULL,
          version INTEGER NOT NULL,
          effective_after INTEGER NOT NULL,
          deleted INTEGER NOT NULL,
          document TEXT NOT NULL,
          PRIMARY KEY (key, version)
        ) WITHOUT ROWID;

        CREATE TABLE leases (
          subscription INTEGER PRIMARY KEY,
          owner TEXT,
          token INTEGER NOT NULL,
          expires_at INTEGER NOT NULL
        );

        CREATE TABLE tracks (
          subscription INTEGER NOT NULL,
          generation INTEGER NOT NULL,
          floor INTEGER NOT NULL,
          until INTEGER,
          PRIMARY KEY (subscription, generation)
        ) WITHOUT ROWID;

        CREATE TABLE exceptions (
          subscription INTEGER NOT NULL,
          sequence INTEGER NOT NULL,
          generation INTEGER NOT NULL,
          state INTEGER NOT NULL,
          lane TEXT,
          attempts INTEGER NOT NULL,
          due_at INTEGER NOT NULL,
          created_at INTEGER,
          retry_limit INTEGER,
          retry_delay_us INTEGER,
          last_error TEXT,
          PRIMARY KEY (subscription, sequence, generation)
        ) WITHOUT ROWID;
        CREATE INDEX exceptions_by_event ON exceptions (sequence, subscription, generation);
        CREATE INDEX exceptions_requeued ON exceptions (subscription, generation, sequence) WHERE state = 3;

        CREATE TABLE results (
          sequence INTEGER NOT NULL,
          subscription INTEGER NOT NULL,
          generation INTEGER NOT NULL,
          status INTEGER NOT NULL,
          attempts INTEGER NOT NULL,
          resulted_at INTEGER NOT NULL,
          created_at INTEGER,
          duration_us INTEGER NOT NULL,
          http_status INTEGER,
          response_body TEXT,
          error TEXT,
          dead_letter INTEGER NOT NULL,
          PRIMARY KEY (sequence, subscription, generation)
        ) WITHOUT ROWID;
        CREATE INDEX results_by_subscription ON results (subscription, sequence, generation);
        CREATE INDEX results_not_complete ON results (sequence, subscription, generation) WHERE status <> 1;
        CREATE INDEX results_dead ON results (sequence, subscription, generation) WHERE dead_letter = 1;
        CREATE INDEX results_dead_by_subscription ON results (subscription, sequence, generation) WHERE dead_letter = 1;

        CREATE TABLE attempts (
          sequence INTEGER NOT NULL,
          subscription INTEGER NOT NULL,
          generation INTEGER NOT NULL,
          number INTEGER NOT NULL,
          started_at INTEGER NOT NULL,
          duration_us INTEGER NOT NULL,
          outcome TEXT NOT NULL,
          http_status INTEGER,
          response_body TEXT,
          error TEXT,
          PRIMARY KEY (sequence, subscription, generation, number)
        ) WITHOUT ROWID;

        INSERT INTO meta (name, value) VALUES ('epoch', lower(hex(randomblob(4)))), ('trimmed', 0);
        """;
}
