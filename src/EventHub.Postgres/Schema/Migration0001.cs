namespace EventHub.Postgres.Schema;

/// <summary>
/// The tables. Schema <c>eventhub</c> is for people (views and functions they may rely on), <c>eventhub_data</c> is the hub's own: read it if you
/// must, never write it. Times are <c>timestamptz</c>, spans whole microseconds, JSON is <c>text</c> exactly as it was sent (<c>json</c> would parse
/// every payload and refuse what nests too deep for it; views cast). Texts escape NUL, which PostgreSQL cannot hold, as U+001A 0 and U+001A as
/// U+001A 1. States and statuses are the numbers of the contract's enums.
/// </summary>
/// <remarks>
/// <para><c>log</c>: the one row that orders everything. Whoever appends, changes a subscription, asks for a dispatch again or trims updates it first and
/// so holds its lock until the commit: <c>head</c> and <c>change</c> are dense and in commit order. VALID is: every sequence in (trimmed, head] has
/// an event; every change up to <c>change</c> stands in <c>subscription_versions.change</c> or (overwritten by a later one of the same
/// subscription) in <c>subscriptions.requeue_change</c>.</para>
/// <para><c>events</c>, <c>results</c>, <c>attempts</c>: range-partitioned by sequence with the same bounds, listed in <c>partitions</c> and made ahead of
/// need; <c>log.partitioned</c> says up to where (excluded) an append may rely on them, and makes them itself where they are missing. At or below
/// <c>log.trimmed</c> there is only what a dead letter or an exception refers to; what of it outlives its partition moves to the
/// <c>*_kept</c> partition, which holds everything below the first row of <c>partitions</c>.</para>
/// <para><c>time_blocks</c>: earliest and latest <c>created_at</c> of each complete block of 1024 sequences; bounds a range of times although clocks step back.</para>
/// <para><c>idempotency</c>: keys by SHA-256, those of requests and of events told apart; <c>answer</c> is 25 bytes per event: id, sequence
/// (big-endian; negative: counted from <c>base</c>), 1 for a duplicate.</para>
/// <para><c>tracks</c>, <c>exceptions</c>, <c>results</c>, <c>attempts</c>: see the contract's Track, ExceptionRecord, DispatchResult, AttemptRecord.
/// A dispatch has a row in <c>results</c> or in <c>exceptions</c>, never in both.</para>
/// <para><c>leases</c>: one row per subscription that is not deleted; <c>token</c> only ever grows. Held while it has an owner and has not expired.</para>
/// <para>RECOVERY is PostgreSQL's own: what was committed is there. Nothing is rebuilt at start.</para>
/// </remarks>
internal static class Migration0001
{
    public const string Sql =
        """
        CREATE TABLE eventhub_data.log (
          one boolean PRIMARY KEY DEFAULT true CHECK (one),
          epoch text NOT NULL,
          head bigint NOT NULL,
          trimmed bigint NOT NULL,
          change bigint NOT NULL,
          partitioned bigint NOT NULL
        ) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
        INSERT INTO eventhub_data.log (epoch, head, trimmed, change, partitioned)
        VALUES (substr(replace(gen_random_uuid()::text, '-', ''), 1, 8), 0, 0, 0, 1);

        CREATE TABLE eventhub_data.partitions (
          first bigint PRIMARY KEY,
          until bigint NOT NULL
        );

        CREATE TABLE eventhub_data.events (
          sequence bigint PRIMARY KEY,
          id uuid NOT NULL,
          created_at timestamptz NOT NULL,
          type text NOT NULL,
          version text NOT NULL,
          source text NOT NULL,
          organization_id text,
          user_id text,
          session_id text,
          instance_id text,
          schema text,
          entity text,
          operation text,
          trace_parent text,
          subject text,
          metadata text,
          cloud_event text,
          payload text NOT NULL
        ) PARTITION BY RANGE (sequence);
        CREATE INDEX events_id ON eventhub_data.events (id);
        CREATE INDEX events_type ON eventhub_data.events (type COLLATE "C", sequence);
        -- Free texts of any length: a B-tree holds what their beginning is, at most 2704 bytes of an entry.
        CREATE INDEX events_source ON eventhub_data.events (left(source, 128) COLLATE "C", sequence);
        CREATE INDEX events_organization ON eventhub_data.events (left(organization_id, 128) COLLATE "C", sequence) WHERE organization_id IS NOT NULL;
        CREATE INDEX events_user ON eventhub_data.events (left(user_id, 128) COLLATE "C", sequence) WHERE user_id IS NOT NULL;
        CREATE TABLE eventhub_data.events_kept PARTITION OF eventhub_data.events FOR VALUES FROM (MINVALUE) TO (1);

        CREATE TABLE eventhub_data.time_blocks (
          block bigint PRIMARY KEY,
          earliest timestamptz NOT NULL,
          latest timestamptz NOT NULL
        );

        CREATE TABLE eventhub_data.idempotency (
          digest bytea PRIMARY KEY,
          hash bytea NOT NULL,
          base bigint NOT NULL,
          answer bytea NOT NULL,
          expires_at timestamptz NOT NULL
        ) WITH (autovacuum_vacuum_scale_factor = 0.05);
        CREATE INDEX idempotency_expiry ON eventhub_data.idempotency (expires_at);

        CREATE TABLE eventhub_data.subscriptions (
          key integer PRIMARY KEY,
          id text NOT NULL UNIQUE,
          version integer NOT NULL,
          deleted boolean NOT NULL,
          next_generation integer NOT NULL,
          requeue_change bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 70);
        CREATE INDEX subscriptions_requeue ON eventhub_data.subscriptions (requeue_change);
        CREATE TABLE eventhub_data.subscription_versions (
          key integer NOT NULL,
          version integer NOT NULL,
          change bigint NOT NULL UNIQUE,
          effective_after bigint NOT NULL,
          deleted boolean NOT NULL,
          document text NOT NULL,
          PRIMARY KEY (key, version)
        );

        CREATE TABLE eventhub_data.leases (
          subscription integer PRIMARY KEY,
          owner text,
          token bigint NOT NULL,
          expires_at timestamptz NOT NULL
        ) WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0);

        CREATE TABLE eventhub_data.tracks (
          subscription integer NOT NULL,
          generation integer NOT NULL,
          floor bigint NOT NULL,
          until bigint,
          PRIMARY KEY (subscription, generation)
        ) WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

        CREATE TABLE eventhub_data.exceptions (
          subscription integer NOT NULL,
          sequence bigint NOT NULL,
          generation integer NOT NULL,
          state smallint NOT NULL,
          lane text,
          attempts integer NOT NULL,
          due_at timestamptz NOT NULL,
          created_at timestamptz,
          retry_limit integer,
          retry_delay_us bigint,
          last_error text,
          PRIMARY KEY (subscription, sequence, generation)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX exceptions_by_event ON eventhub_data.exceptions (sequence, subscription, generation);
        CREATE INDEX exceptions_requeued ON eventhub_data.exceptions (subscription, generation, sequence) WHERE state = 3;

        CREATE TABLE eventhub_data.results (
          sequence bigint NOT NULL,
          subscription integer NOT NULL,
          generation integer NOT NULL,
          status smallint NOT NULL,
          attempts integer NOT NULL,
          resulted_at timestamptz NOT NULL,
          created_at timestamptz,
          duration_us bigint NOT NULL,
          http_status integer,
          response_body text,
          error text,
          dead_letter boolean NOT NULL,
          PRIMARY KEY (sequence, subscription, generation)
        ) PARTITION BY RANGE (sequence);
        CREATE INDEX results_by_subscription ON eventhub_data.results (subscription, sequence, generation);
        CREATE INDEX results_not_complete ON eventhub_data.results (sequence, subscription, generation) WHERE status <> 1;
        CREATE INDEX results_dead ON eventhub_data.results (sequence, subscription, generation) WHERE dead_letter;
        CREATE INDEX results_dead_by_subscription ON eventhub_data.results (subscription, sequence, generation) WHERE dead_letter;
        CREATE TABLE eventhub_data.results_kept PARTITION OF eventhub_data.results FOR VALUES FROM (MINVALUE) TO (1);

        CREATE TABLE eventhub_data.attempts (
          sequence bigint NOT NULL,
          subscription integer NOT NULL,
          generation integer NOT NULL,
          number integer NOT NULL,
          started_at timestamptz NOT NULL,
          duration_us bigint NOT NULL,
          outcome text NOT NULL,
          http_status integer,
          response_body text,
          error text,
          PRIMARY KEY (sequence, subscription, generation, number)
        ) PARTITION BY RANGE (sequence);
        CREATE TABLE eventhub_data.attempts_kept PARTITION OF eventhub_data.attempts FOR VALUES FROM (MINVALUE) TO (1);

        CREATE TABLE eventhub_data.consumers (
          name text PRIMARY KEY,
          events text[] NOT NULL,
          start text NOT NULL,
          cursor bigint NOT NULL,
          created_at timestamptz NOT NULL,
          updated_at timestamptz NOT NULL,
          holder text,
          held_until timestamptz
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
        """;
}
