namespace EventHub.Postgres.Schema;

/// <summary>
/// Partitions of subscriptions: each has a lease and tracks of its own. <c>subscriptions.partitions</c> and <c>subscriptions.layout</c> say what is wanted
/// (how many, and the version that brought it), <c>leases.layout</c> what they are laid out by. VALID: the leases of a subscription have one layout and the
/// partitions 0 to n-1; each has a main track. Not to be confused with the table <c>partitions</c>, which lists the ranges of the log's tables.
/// </summary>
/// <remarks>
/// The function of before stays: a process of the version before goes on with it while others are replaced, as long as no subscription has several partitions.
/// Locks: whoever lays out takes the row of <c>subscriptions</c>, then its <c>leases</c>, subscription by subscription in ascending order; neither is taken
/// by anybody who holds a later one.
/// </remarks>
internal static class Migration0009
{
    public const string Sql =
        """
        ALTER TABLE eventhub_data.subscriptions ADD COLUMN partitions integer NOT NULL DEFAULT 1, ADD COLUMN layout integer NOT NULL DEFAULT 1;
        ALTER TABLE eventhub_data.leases ADD COLUMN partition integer NOT NULL DEFAULT 0, ADD COLUMN layout integer NOT NULL DEFAULT 1;
        ALTER TABLE eventhub_data.leases DROP CONSTRAINT leases_pkey, ADD PRIMARY KEY (subscription, partition);
        ALTER TABLE eventhub_data.tracks ADD COLUMN partition integer NOT NULL DEFAULT 0;
        ALTER TABLE eventhub_data.tracks DROP CONSTRAINT tracks_pkey, ADD PRIMARY KEY (subscription, generation, partition);

        -- Replaces the layouts that are no longer wanted, and that nobody delivers by: tokens go on from the greatest, tracks from the lowest floor.
        CREATE FUNCTION eventhub_data.lay_out(p_clock timestamptz) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
          v_key integer;
          v_partitions integer;
          v_layout integer;
          v_token bigint;
        BEGIN
          FOR v_key IN SELECT DISTINCT l.subscription FROM eventhub_data.leases l JOIN eventhub_data.subscriptions s ON s.key = l.subscription
            WHERE s.layout <> l.layout AND (l.owner IS NULL OR l.expires_at <= coalesce(p_clock, clock_timestamp())) ORDER BY l.subscription
          LOOP
            -- 1 keep it from changing; somebody else who is at it does it
            SELECT s.partitions, s.layout INTO v_partitions, v_layout FROM eventhub_data.subscriptions s WHERE s.key = v_key AND NOT s.deleted FOR NO KEY UPDATE SKIP LOCKED;
            CONTINUE WHEN NOT FOUND;
            PERFORM 1 FROM eventhub_data.leases l WHERE l.subscription = v_key ORDER BY l.partition FOR UPDATE;
            CONTINUE WHEN EXISTS (SELECT 1 FROM eventhub_data.leases l WHERE l.subscription = v_key
              AND (l.layout = v_layout OR l.owner IS NOT NULL AND l.expires_at > coalesce(p_clock, clock_timestamp())));

            -- 2 the leases
            SELECT max(l.token) INTO v_token FROM eventhub_data.leases l WHERE l.subscription = v_key;
            DELETE FROM eventhub_data.leases l WHERE l.subscription = v_key;
            INSERT INTO eventhub_data.leases (subscription, partition, layout, owner, token, expires_at)
            SELECT v_key, n, v_layout, NULL, v_token, '-infinity' FROM generate_series(0, v_partitions - 1) n;

            -- 3 the tracks
            INSERT INTO eventhub_data.tracks (subscription, generation, partition, floor, until)
            SELECT v_key, t.generation, n, min(t.floor), max(t.until) FROM eventhub_data.tracks t, generate_series(0, v_partitions - 1) n
            WHERE t.subscription = v_key GROUP BY t.generation, n
            ON CONFLICT (subscription, generation, partition) DO UPDATE SET floor = excluded.floor;
            DELETE FROM eventhub_data.tracks t WHERE t.subscription = v_key AND t.partition >= v_partitions;
          END LOOP;
        END $$;

        DROP FUNCTION eventhub_data.save_subscription(text, integer, boolean, bigint, text, timestamptz);
        -- The one way subscriptions are written. Takes the log row; no row when the version found is not the expected one (0: it must be new).
        -- A null p_new_layout asks for the rule of Partitions.IsNewLayout: another number of partitions, or, with several, another ordering key.
        CREATE FUNCTION eventhub_data.save_subscription(
          p_id text, p_expected integer, p_delete boolean, p_start_after bigint, p_document text, p_clock timestamptz, p_new_layout boolean DEFAULT NULL,
          OUT key integer, OUT effective_after bigint)
        RETURNS SETOF record LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          v_key integer;
          v_version integer;
          v_after bigint;
          v_change bigint;
          v_partitions integer := coalesce((p_document::json -> 'delivery' ->> 'partitions')::integer, 1);
          v_new_layout boolean := p_new_layout;
        BEGIN
          SELECT l.head, l.change + 1 INTO v_after, v_change FROM eventhub_data.log l FOR NO KEY UPDATE;
          SELECT s.key, CASE WHEN s.deleted THEN -1 ELSE s.version END INTO v_key, v_version FROM eventhub_data.subscriptions s WHERE s.id = p_id;
          IF coalesce(v_version, 0) <> p_expected OR (p_expected = 0 AND p_delete) THEN RETURN; END IF;

          UPDATE eventhub_data.log SET change = v_change;
          IF v_key IS NULL THEN
            v_after := least(greatest(coalesce(p_start_after, v_after), 0), v_after);
            INSERT INTO eventhub_data.subscriptions (key, id, version, deleted, next_generation, partitions)
            SELECT coalesce(max(s.key), 0) + 1, p_id, 1, false, 1, v_partitions FROM eventhub_data.subscriptions s RETURNING key INTO v_key;
            INSERT INTO eventhub_data.leases (subscription, partition, owner, token, expires_at)
            SELECT v_key, n, NULL, 0, '-infinity' FROM generate_series(0, v_partitions - 1) n;
            INSERT INTO eventhub_data.tracks (subscription, partition, generation, floor, until)
            SELECT v_key, n, 0, v_after, NULL FROM generate_series(0, v_partitions - 1) n;
          ELSE
            v_new_layout := coalesce(v_new_layout, (SELECT s.partitions <> v_partitions
                OR v_partitions > 1 AND v.document::json -> 'delivery' ->> 'ordering_key' IS DISTINCT FROM p_document::json -> 'delivery' ->> 'ordering_key'
              FROM eventhub_data.subscriptions s JOIN eventhub_data.subscription_versions v ON v.key = s.key AND v.version = s.version WHERE s.key = v_key));
            UPDATE eventhub_data.subscriptions s SET version = p_expected + 1, deleted = p_delete,
              partitions = CASE WHEN v_new_layout THEN v_partitions ELSE s.partitions END, layout = CASE WHEN v_new_layout THEN p_expected + 1 ELSE s.layout END
            WHERE s.key = v_key;
          END IF;
          INSERT INTO eventhub_data.subscription_versions (key, version, change, effective_after, deleted, document)
          VALUES (v_key, p_expected + 1, v_change, v_after, p_delete, p_document);

          IF p_delete THEN
            -- The leases first: a settlement that is under way holds one, and its exceptions must be there before they are ended.
            DELETE FROM eventhub_data.leases l WHERE l.subscription = v_key;
            WITH held AS (DELETE FROM eventhub_data.exceptions x WHERE x.subscription = v_key RETURNING *)
            INSERT INTO eventhub_data.results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us, error, dead_letter)
            SELECT h.sequence, h.subscription, h.generation, 2, h.attempts, coalesce(p_clock, clock_timestamp()), h.created_at, 0, 'subscription deleted', false FROM held h;
            DELETE FROM eventhub_data.tracks t WHERE t.subscription = v_key;
          END IF;
          RETURN QUERY SELECT v_key, v_after;
        END $$;

        -- Dispatches that have no row yet: above the floor of their track (of several partitions' the lowest: what has ended above it has a row), and neither ended nor held. A replay goes by the subscription as it is now, active or not.
        CREATE OR REPLACE VIEW eventhub_data.owed_dispatches AS
        SELECT e.sequence, t.subscription, t.generation, e.created_at
        FROM eventhub_data.tracks t
        JOIN eventhub_data.routing_versions v ON v.key = t.subscription AND NOT v.deleted
          AND CASE WHEN t.generation = 0 THEN v.active ELSE v.through = 9223372036854775807 END
        JOIN eventhub_data.events e
          ON e.sequence > CASE WHEN t.generation = 0 THEN greatest(t.floor, v.after) ELSE t.floor END
          AND e.sequence <= CASE WHEN t.generation = 0 THEN v.through ELSE t.until END
        WHERE CASE WHEN e.type = 'webhook.triggered' AND e.source LIKE 'eventhub/webhooks/%' THEN e.source = 'eventhub/webhooks/' || v.id
            ELSE (v.source IS NULL OR v.source = e.source) AND eventhub_data.is_type_of(v.patterns, e.type) END
          AND NOT EXISTS (SELECT 1 FROM eventhub_data.tracks l WHERE l.subscription = t.subscription AND l.generation = t.generation
            AND (l.floor, l.partition) < (t.floor, t.partition))
          AND NOT EXISTS (SELECT 1 FROM eventhub_data.exceptions x WHERE x.subscription = t.subscription AND x.sequence = e.sequence AND x.generation = t.generation)
          AND NOT EXISTS (SELECT 1 FROM eventhub_data.results r WHERE r.subscription = t.subscription AND r.sequence = e.sequence AND r.generation = t.generation);

        -- As before, with the partition of each settlement; of one subscription there is one at most.
        CREATE FUNCTION eventhub_data.settle(
          p_clock timestamptz, p_subscriptions integer[], p_partitions integer[], p_tokens bigint[],
          r_sequence bigint[], r_subscription integer[], r_generation integer[], r_status smallint[], r_attempts integer[], r_resulted_at timestamptz[],
          r_created_at timestamptz[], r_duration bigint[], r_http_status integer[], r_response_body text[], r_error text[], r_dead_letter boolean[], r_ends boolean[],
          a_sequence bigint[], a_subscription integer[], a_generation integer[], a_number integer[], a_started_at timestamptz[], a_duration bigint[],
          a_outcome text[], a_http_status integer[], a_response_body text[], a_error text[],
          x_sequence bigint[], x_subscription integer[], x_generation integer[], x_state smallint[], x_lane text[], x_attempts integer[], x_due_at timestamptz[],
          x_created_at timestamptz[], x_retry_limit integer[], x_retry_delay bigint[], x_last_error text[],
          f_subscription integer[], f_partition integer[], f_generation integer[], f_floor bigint[], f_done boolean[])
        RETURNS integer[] LANGUAGE plpgsql AS $$
        DECLARE
          v_held integer[];
          v_trimmed bigint;
          v_moved bigint;
          v_done bigint;
        BEGIN
          -- 1 the leases, kept from changing hands until the commit
          SELECT coalesce(array_agg(h.subscription), '{}') INTO v_held FROM (
            SELECT l.subscription FROM unnest(p_subscriptions, p_partitions, p_tokens) s (subscription, partition, token)
            JOIN eventhub_data.leases l ON l.subscription = s.subscription AND l.partition = s.partition
            WHERE l.token = s.token AND l.owner IS NOT NULL AND l.expires_at > coalesce(p_clock, clock_timestamp())
            ORDER BY l.subscription FOR NO KEY UPDATE OF l) h;
          IF v_held = '{}' THEN RETURN v_held; END IF;
          SELECT l.trimmed INTO v_trimmed FROM eventhub_data.log l;

          -- 2 results; of events that retention removed meanwhile nothing is kept, here and below
          IF cardinality(r_sequence) > 0 THEN
            IF true = ANY (r_ends) THEN
              DELETE FROM eventhub_data.exceptions x USING unnest(r_subscription, r_sequence, r_generation, r_ends) r (subscription, sequence, generation, ends)
              WHERE r.ends AND r.subscription = ANY (v_held)
                AND x.subscription = r.subscription AND x.sequence = r.sequence AND x.generation = r.generation;
            END IF;
            INSERT INTO eventhub_data.results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us, http_status, response_body, error, dead_letter)
            SELECT r.sequence, r.subscription, r.generation, r.status, r.attempts, r.resulted_at, r.created_at, r.duration, r.http_status, r.response_body, r.error, r.dead_letter
            FROM unnest(r_sequence, r_subscription, r_generation, r_status, r_attempts, r_resulted_at, r_created_at, r_duration, r_http_status, r_response_body, r_error, r_dead_letter)
              r (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration, http_status, response_body, error, dead_letter)
            WHERE r.subscription = ANY (v_held) AND (r.sequence > v_trimmed OR EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = r.sequence));
          END IF;

          -- 3 attempts
          IF cardinality(a_sequence) > 0 THEN
            INSERT INTO eventhub_data.attempts (sequence, subscription, generation, number, started_at, duration_us, outcome, http_status, response_body, error)
            SELECT a.sequence, a.subscription, a.generation, a.number, a.started_at, a.duration, a.outcome, a.http_status, a.response_body, a.error
            FROM unnest(a_sequence, a_subscription, a_generation, a_number, a_started_at, a_duration, a_outcome, a_http_status, a_response_body, a_error)
              a (sequence, subscription, generation, number, started_at, duration, outcome, http_status, response_body, error)
            WHERE a.subscription = ANY (v_held) AND (a.sequence > v_trimmed OR EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = a.sequence))
            ON CONFLICT (sequence, subscription, generation, number) DO UPDATE SET started_at = excluded.started_at, duration_us = excluded.duration_us,
              outcome = excluded.outcome, http_status = excluded.http_status, response_body = excluded.response_body, error = excluded.error;
          END IF;

          -- 4 exceptions
          IF cardinality(x_sequence) > 0 THEN
            IF EXISTS (SELECT 1 FROM unnest(x_sequence, x_subscription, x_generation) x (sequence, subscription, generation)
              JOIN eventhub_data.results r ON r.sequence = x.sequence AND r.subscription = x.subscription AND r.generation = x.generation
              WHERE x.subscription = ANY (v_held))
            THEN
              RAISE EXCEPTION 'a dispatch has a result and cannot be held' USING ERRCODE = 'EH002';
            END IF;
            INSERT INTO eventhub_data.exceptions (subscription, sequence, generation, state, lane, attempts, due_at, created_at, retry_limit, retry_delay_us, last_error)
            SELECT x.subscription, x.sequence, x.generation, x.state, x.lane, x.attempts, x.due_at, x.created_at, x.retry_limit, x.retry_delay, x.last_error
            FROM unnest(x_subscription, x_sequence, x_generation, x_state, x_lane, x_attempts, x_due_at, x_created_at, x_retry_limit, x_retry_delay, x_last_error)
              x (subscription, sequence, generation, state, lane, attempts, due_at, created_at, retry_limit, retry_delay, last_error)
            WHERE x.subscription = ANY (v_held) AND (x.sequence > v_trimmed OR EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = x.sequence))
            ON CONFLICT (subscription, sequence, generation) DO UPDATE SET state = excluded.state, lane = excluded.lane, attempts = excluded.attempts,
              due_at = excluded.due_at, created_at = excluded.created_at, retry_limit = excluded.retry_limit, retry_delay_us = excluded.retry_delay_us,
              last_error = excluded.last_error;
          END IF;

          -- 5 floors
          IF cardinality(f_subscription) > 0 THEN
            UPDATE eventhub_data.tracks t SET floor = f.floor FROM unnest(f_subscription, f_partition, f_generation, f_floor, f_done)
                f (subscription, partition, generation, floor, done)
            WHERE NOT f.done AND f.subscription = ANY (v_held) AND t.subscription = f.subscription AND t.generation = f.generation AND t.partition = f.partition AND t.floor <= f.floor;
            GET DIAGNOSTICS v_moved = ROW_COUNT;
            v_done := 0;
            IF true = ANY (f_done) THEN
              DELETE FROM eventhub_data.tracks t USING unnest(f_subscription, f_partition, f_generation, f_floor, f_done)
                f (subscription, partition, generation, floor, done)
              WHERE f.done AND f.subscription = ANY (v_held) AND t.subscription = f.subscription AND t.generation = f.generation AND t.partition = f.partition AND t.floor <= f.floor;
              GET DIAGNOSTICS v_done = ROW_COUNT;
            END IF;
            IF v_moved + v_done <> (SELECT count(*) FROM unnest(f_subscription) f (subscription) WHERE f.subscription = ANY (v_held)) THEN
              RAISE EXCEPTION 'a track does not exist, or its floor would go back' USING ERRCODE = 'EH002';
            END IF;
          END IF;

          RETURN v_held;
        END $$;
        ALTER FUNCTION eventhub_data.settle(timestamptz, integer[], integer[], bigint[],
          bigint[], integer[], integer[], smallint[], integer[], timestamptz[], timestamptz[], bigint[], integer[], text[], text[], boolean[], boolean[],
          bigint[], integer[], integer[], integer[], timestamptz[], bigint[], text[], integer[], text[], text[],
          bigint[], integer[], integer[], smallint[], text[], integer[], timestamptz[], timestamptz[], integer[], bigint[], text[],
          integer[], integer[], integer[], bigint[], boolean[]) SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off;
        """;
}
