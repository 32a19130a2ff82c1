namespace EventHub.Postgres.Schema;

/// <summary>
/// The functions the hub writes with: one call is one transaction and one round trip, and the server keeps their plans, also behind a pooler that
/// lends out connections by the transaction. Errors: <c>EH001</c> a key is known (nothing was written; decide with what is known), <c>EH002</c>
/// the settlement breaks a rule.
/// </summary>
/// <remarks>
/// Locks, in this order wherever several are taken: the <c>log</c> row, <c>leases</c> rows by subscription, the rest. <c>prepare_partitions</c> takes an
/// advisory lock (of the transaction) and never the <c>log</c> row after it; <c>append</c> takes that advisory lock only when it has to make a
/// partition itself, holding the <c>log</c> row.
/// </remarks>
internal static class Migration0002
{
    public const string Sql =
        """
        -- Makes partitions until p_until (excluded) is covered; returns up to where (excluded) they reach. Attaching, unlike creating in place, lets others read and write meanwhile.
        CREATE FUNCTION eventhub_data.prepare_partitions(p_until bigint, p_size bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
          v_until bigint;
          v_table text;
          v_name text;
        BEGIN
          PERFORM pg_advisory_xact_lock(1165378146, 2);
          SELECT coalesce(max(until), (SELECT partitioned FROM eventhub_data.log)) INTO v_until FROM eventhub_data.partitions;
          WHILE v_until < p_until LOOP
            FOREACH v_table IN ARRAY ARRAY['events', 'results', 'attempts'] LOOP
              v_name := v_table || '_' || v_until;
              EXECUTE format('CREATE TABLE eventhub_data.%I (LIKE eventhub_data.%I INCLUDING DEFAULTS)', v_name, v_table);
              EXECUTE format('ALTER TABLE eventhub_data.%I ATTACH PARTITION eventhub_data.%I FOR VALUES FROM (%s) TO (%s)', v_table, v_name, v_until, v_until + p_size);
            END LOOP;
            INSERT INTO eventhub_data.partitions (first, until) VALUES (v_until, v_until + p_size);
            v_until := v_until + p_size;
          END LOOP;
          RETURN v_until;
        END $$;

        CREATE FUNCTION eventhub_data.append(
          p_ids uuid[], p_created_at timestamptz[], p_types text[], p_versions text[], p_sources text[], p_organizations text[], p_users text[],
          p_sessions text[], p_instances text[], p_schemas text[], p_entities text[], p_operations text[], p_trace_parents text[], p_subjects text[],
          p_metadata text[], p_cloud_events text[], p_payloads text[],
          p_digests bytea[], p_hashes bytea[], p_answers bytea[], p_expiries timestamptz[], p_times timestamptz[],
          p_check boolean, p_partition_size bigint)
        RETURNS TABLE (base bigint, change bigint, trimmed bigint, partitioned bigint) LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          v_count bigint := coalesce(cardinality(p_ids), 0);
          v_base bigint;
          v_change bigint;
          v_trimmed bigint;
          v_partitioned bigint;
        BEGIN
          -- 1 the place in the log: from here on nobody else appends
          UPDATE eventhub_data.log l SET head = l.head + v_count
          RETURNING l.head - v_count, l.change, l.trimmed, l.partitioned INTO v_base, v_change, v_trimmed, v_partitioned;

          -- 2 the caller has decided as if no key were known
          IF p_check AND EXISTS (
            SELECT 1 FROM unnest(p_digests, p_times) k (digest, at) JOIN eventhub_data.idempotency i ON i.digest = k.digest WHERE i.expires_at > k.at)
          THEN
            RAISE EXCEPTION 'a key is known' USING ERRCODE = 'EH001';
          END IF;

          -- 3 where to
          IF v_base + v_count >= v_partitioned THEN
            v_partitioned := eventhub_data.prepare_partitions(v_base + v_count + 1, p_partition_size);
            UPDATE eventhub_data.log SET partitioned = v_partitioned;
          END IF;

          -- 4 the events
          IF v_count > 0 THEN
            INSERT INTO eventhub_data.events (sequence, id, created_at, type, version, source, organization_id, user_id, session_id, instance_id,
              schema, entity, operation, trace_parent, subject, metadata, cloud_event, payload)
            SELECT v_base + e.place, e.id, e.created_at, e.type, e.version, e.source, e.organization_id, e.user_id, e.session_id, e.instance_id,
              e.schema, e.entity, e.operation, e.trace_parent, e.subject, e.metadata, e.cloud_event, e.payload
            FROM unnest(p_ids, p_created_at, p_types, p_versions, p_sources, p_organizations, p_users, p_sessions, p_instances,
              p_schemas, p_entities, p_operations, p_trace_parents, p_subjects, p_metadata, p_cloud_events, p_payloads)
              WITH ORDINALITY AS e (id, created_at, type, version, source, organization_id, user_id, session_id, instance_id,
              schema, entity, operation, trace_parent, subject, metadata, cloud_event, payload, place);
            IF (v_base + v_count + 1) / 1024 > (v_base + 1) / 1024 THEN
              INSERT INTO eventhub_data.time_blocks (block, earliest, latest)
              SELECT e.sequence / 1024, min(e.created_at), max(e.created_at) FROM eventhub_data.events e
              WHERE e.sequence >= (v_base + 1) / 1024 * 1024 AND e.sequence < (v_base + v_count + 1) / 1024 * 1024 GROUP BY e.sequence / 1024
              ON CONFLICT (block) DO UPDATE SET earliest = excluded.earliest, latest = excluded.latest;
            END IF;
          END IF;

          -- 5 their keys, in place of expired ones
          IF cardinality(p_digests) > 0 THEN
            INSERT INTO eventhub_data.idempotency AS i (digest, hash, base, answer, expires_at)
            SELECT k.digest, k.hash, v_base, k.answer, k.expires_at FROM unnest(p_digests, p_hashes, p_answers, p_expiries) k (digest, hash, answer, expires_at)
            ON CONFLICT (digest) DO UPDATE SET hash = excluded.hash, base = excluded.base, answer = excluded.answer, expires_at = excluded.expires_at;
          END IF;

          RETURN QUERY SELECT v_base, v_change, v_trimmed, v_partitioned;
        END $$;

        -- Settles for several subscriptions at once; returns those whose lease held. A null clock is the database's.
        CREATE FUNCTION eventhub_data.settle(
          p_clock timestamptz, p_subscriptions integer[], p_tokens bigint[],
          r_sequence bigint[], r_subscription integer[], r_generation integer[], r_status smallint[], r_attempts integer[], r_resulted_at timestamptz[],
          r_created_at timestamptz[], r_duration bigint[], r_http_status integer[], r_response_body text[], r_error text[], r_dead_letter boolean[], r_ends boolean[],
          a_sequence bigint[], a_subscription integer[], a_generation integer[], a_number integer[], a_started_at timestamptz[], a_duration bigint[],
          a_outcome text[], a_http_status integer[], a_response_body text[], a_error text[],
          x_sequence bigint[], x_subscription integer[], x_generation integer[], x_state smallint[], x_lane text[], x_attempts integer[], x_due_at timestamptz[],
          x_created_at timestamptz[], x_retry_limit integer[], x_retry_delay bigint[], x_last_error text[],
          f_subscription integer[], f_generation integer[], f_floor bigint[], f_done boolean[])
        RETURNS integer[] LANGUAGE plpgsql AS $$
        DECLARE
          v_held integer[];
          v_trimmed bigint;
          v_moved bigint;
          v_done bigint;
        BEGIN
          -- 1 the leases, kept from changing hands until the commit
          SELECT coalesce(array_agg(h.subscription), '{}') INTO v_held FROM (
            SELECT l.subscription FROM unnest(p_subscriptions, p_tokens) s (subscription, token) JOIN eventhub_data.leases l ON l.subscription = s.subscription
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
            UPDATE eventhub_data.tracks t SET floor = f.floor FROM unnest(f_subscription, f_generation, f_floor, f_done) f (subscription, generation, floor, done)
            WHERE NOT f.done AND f.subscription = ANY (v_held) AND t.subscription = f.subscription AND t.generation = f.generation AND t.floor <= f.floor;
            GET DIAGNOSTICS v_moved = ROW_COUNT;
            v_done := 0;
            IF true = ANY (f_done) THEN
              DELETE FROM eventhub_data.tracks t USING unnest(f_subscription, f_generation, f_floor, f_done) f (subscription, generation, floor, done)
              WHERE f.done AND f.subscription = ANY (v_held) AND t.subscription = f.subscription AND t.generation = f.generation AND t.floor <= f.floor;
              GET DIAGNOSTICS v_done = ROW_COUNT;
            END IF;
            IF v_moved + v_done <> (SELECT count(*) FROM unnest(f_subscription) f (subscription) WHERE f.subscription = ANY (v_held)) THEN
              RAISE EXCEPTION 'a track does not exist, or its floor would go back' USING ERRCODE = 'EH002';
            END IF;
          END IF;

          RETURN v_held;
        END $$;
        """;
}
