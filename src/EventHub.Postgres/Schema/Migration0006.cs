namespace EventHub.Postgres.Schema;

/// <summary>
/// What people read, in schema <c>eventhub</c>: <c>events</c>, <c>messages</c>, <c>delivery_attempts</c>, <c>dead_letter_queue</c>, <c>ongoing_dispatches</c>,
/// <c>resulted_dispatches</c>, <c>consumer_cursors</c>. Most dispatches have no row before they end: those that are owed follow from the tracks' floors and the
/// subscriptions' versions, and are worked out here just as the hub does it (<c>owed_dispatches</c>).
/// </summary>
internal static class Migration0006
{
    public const string Sql =
        """
        -- A span as subscriptions' documents hold it ([d.]hh:mm:ss[.fffffff]), in seconds and back.
        CREATE FUNCTION eventhub_data.seconds_of(p_span text) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT trim_scale(coalesce(p[1], '0')::numeric * 86400 + p[2]::numeric * 3600 + p[3]::numeric * 60 + p[4]::numeric)
          FROM regexp_match(p_span, '^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$') p
        $$;
        CREATE FUNCTION eventhub_data.span_of(p_seconds numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT CASE WHEN p_seconds >= 86400 THEN trunc(p_seconds / 86400)::bigint || '.' ELSE '' END
            || lpad(trunc(mod(p_seconds, 86400) / 3600)::text, 2, '0') || ':' || lpad(trunc(mod(p_seconds, 3600) / 60)::text, 2, '0') || ':'
            || lpad(trunc(mod(p_seconds, 60))::text, 2, '0')
            || CASE WHEN mod(p_seconds, 1) = 0 THEN '' ELSE substr(to_char(mod(p_seconds, 1), 'FM0.0000000'), 2) END
        $$;

        -- TypePattern.Matches, for any of several patterns.
        CREATE FUNCTION eventhub_data.is_type_of(p_patterns text[], p_type text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT p_type = ANY (p_patterns) OR '*' = ANY (p_patterns) OR '**' = ANY (p_patterns) OR EXISTS (
            SELECT 1 FROM unnest(p_patterns) p (pattern), string_to_array(p.pattern, '.') a (want), string_to_array(p_type, '.') b (have)
            WHERE strpos(p.pattern, '*') > 0
              AND (cardinality(a.want) = cardinality(b.have) OR (a.want[cardinality(a.want)] = '**' AND cardinality(a.want) < cardinality(b.have)))
              AND NOT EXISTS (
                SELECT 1 FROM generate_subscripts(a.want, 1) i
                WHERE a.want[i] <> '*' AND a.want[i] <> b.have[i] AND NOT (a.want[i] = '**' AND i = cardinality(a.want))))
        $$;

        -- Subscriptions as they stand, deleted ones as they stood.
        CREATE VIEW eventhub_data.current_subscriptions AS
        SELECT s.key, s.id, s.version, s.deleted, v.document::json AS document, v.document::json ->> 'name' AS name,
          coalesce(v.document::json -> 'destination' ->> 'url', concat(v.document::json -> 'destination' ->> 'type', ':', v.document::json -> 'destination' ->> 'name')) AS destination,
          (v.document::json -> 'delivery' -> 'retry' ->> 'limit')::integer AS retry_limit
        FROM eventhub_data.subscriptions s JOIN eventhub_data.subscription_versions v ON v.key = s.key AND v.version = s.version;

        -- Which version routes the events after "after" through "through".
        CREATE VIEW eventhub_data.routing_versions AS
        SELECT v.key, v.version, v.effective_after AS after, coalesce(lead(v.effective_after) OVER (PARTITION BY v.key ORDER BY v.version), 9223372036854775807) AS through,
          v.deleted, coalesce((v.document::json ->> 'active')::boolean, true) AS active, v.document::json ->> 'source' AS source, v.document::json ->> 'id' AS id,
          ARRAY(SELECT json_array_elements_text(v.document::json -> 'events')) AS patterns
        FROM eventhub_data.subscription_versions v;

        -- Dispatches that have no row yet: above the floor of their track, and neither ended nor held. A replay goes by the subscription as it is now, active or not.
        CREATE VIEW eventhub_data.owed_dispatches AS
        SELECT e.sequence, t.subscription, t.generation, e.created_at
        FROM eventhub_data.tracks t
        JOIN eventhub_data.routing_versions v ON v.key = t.subscription AND NOT v.deleted
          AND CASE WHEN t.generation = 0 THEN v.active ELSE v.through = 9223372036854775807 END
        JOIN eventhub_data.events e
          ON e.sequence > CASE WHEN t.generation = 0 THEN greatest(t.floor, v.after) ELSE t.floor END
          AND e.sequence <= CASE WHEN t.generation = 0 THEN v.through ELSE t.until END
        WHERE CASE WHEN e.type = 'webhook.triggered' AND e.source LIKE 'eventhub/webhooks/%' THEN e.source = 'eventhub/webhooks/' || v.id
            ELSE (v.source IS NULL OR v.source = e.source) AND eventhub_data.is_type_of(v.patterns, e.type) END
          AND NOT EXISTS (SELECT 1 FROM eventhub_data.exceptions x WHERE x.subscription = t.subscription AND x.sequence = e.sequence AND x.generation = t.generation)
          AND NOT EXISTS (SELECT 1 FROM eventhub_data.results r WHERE r.subscription = t.subscription AND r.sequence = e.sequence AND r.generation = t.generation);

        CREATE VIEW eventhub_data.dispatches AS
        SELECT r.sequence, r.subscription, r.generation, r.status, NULL::smallint AS state, r.attempts, r.created_at, r.resulted_at, NULL::timestamptz AS due_at,
          r.duration_us, r.http_status, r.response_body, r.error, r.dead_letter, NULL::integer AS retry_limit
        FROM eventhub_data.results r
        UNION ALL
        SELECT x.sequence, x.subscription, x.generation, 0::smallint, x.state, x.attempts, x.created_at, NULL, x.due_at, 0, NULL, NULL, x.last_error, false, x.retry_limit
        FROM eventhub_data.exceptions x
        UNION ALL
        SELECT o.sequence, o.subscription, o.generation, 0::smallint, NULL, 0, o.created_at, NULL, NULL, 0, NULL, NULL, NULL, false, NULL
        FROM eventhub_data.owed_dispatches o;

        -- DispatchId.Format
        CREATE FUNCTION eventhub_data.dispatch_id(p_event uuid, p_subscription integer, p_generation integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT 'dsp_' || replace(p_event::text, '-', '') || '_' || p_subscription || '_' || p_generation
        $$;

        CREATE VIEW eventhub.messages AS
        SELECT eventhub_data.dispatch_id(e.id, d.subscription, d.generation) AS id, e.id AS event_id, d.sequence, e.type AS event_type,
          s.id AS subscriber_id, s.name AS subscriber, s.destination,
          (ARRAY['ongoing', 'complete', 'ignored', 'failed', 'misconfigured', 'lost'])[d.status + 1] AS status,
          CASE WHEN d.status = 0 THEN coalesce((ARRAY['retrying', 'parked', 'in_flight', 'requeued'])[d.state + 1], 'waiting') END AS state,
          d.attempts AS attempt_count, coalesce(d.retry_limit, s.retry_limit) AS retry_limit, coalesce(d.created_at, e.created_at) AS created_at,
          CASE WHEN d.state <> 1 THEN d.due_at END AS next_attempt_at, d.resulted_at, d.http_status, d.error AS last_error
        FROM eventhub_data.dispatches d
        JOIN eventhub_data.events e ON e.sequence = d.sequence
        JOIN eventhub_data.current_subscriptions s ON s.key = d.subscription;

        CREATE VIEW eventhub.ongoing_dispatches AS
        SELECT eventhub_data.dispatch_id(e.id, d.subscription, d.generation) AS id, e.id AS event_id, s.destination, coalesce(d.created_at, e.created_at) AS created_at,
          d.attempts AS execution_count, coalesce(d.retry_limit, s.retry_limit) AS max_retry_count
        FROM eventhub_data.dispatches d
        JOIN eventhub_data.events e ON e.sequence = d.sequence
        JOIN eventhub_data.current_subscriptions s ON s.key = d.subscription
        WHERE d.status = 0;

        CREATE VIEW eventhub.resulted_dispatches AS
        SELECT eventhub_data.dispatch_id(e.id, r.subscription, r.generation) AS id, e.id AS event_id, s.destination, coalesce(r.created_at, e.created_at) AS created_at,
          r.attempts AS execution_count, s.retry_limit AS max_retry_count,
          (ARRAY['succeeded', 'ignored', 'failed', 'misconfigured', 'lost'])[r.status] AS result, r.resulted_at
        FROM eventhub_data.results r
        JOIN eventhub_data.events e ON e.sequence = r.sequence
        JOIN eventhub_data.current_subscriptions s ON s.key = r.subscription;

        -- An attempt that ended its dispatch at once has no row of its own: its result says it all.
        CREATE VIEW eventhub.delivery_attempts AS
        SELECT eventhub_data.dispatch_id(e.id, a.subscription, a.generation) AS message_id, e.id AS event_id, s.id AS subscriber_id, s.name AS subscriber,
          a.number AS attempt_number, a.outcome, a.http_status, a.started_at, round(a.duration_us / 1000.0, 3) AS duration_ms, a.response_body, a.error
        FROM (
          SELECT t.sequence, t.subscription, t.generation, t.number, t.started_at, t.duration_us, t.outcome, t.http_status, t.response_body, t.error
          FROM eventhub_data.attempts t
          UNION ALL
          SELECT r.sequence, r.subscription, r.generation, 1, r.resulted_at - r.duration_us * interval '1 microsecond', r.duration_us,
            (ARRAY['complete', 'ignored', 'failed', 'misconfigured', 'lost'])[r.status], r.http_status, r.response_body, r.error
          FROM eventhub_data.results r
          WHERE r.attempts = 1 AND NOT EXISTS (
            SELECT 1 FROM eventhub_data.attempts t WHERE t.sequence = r.sequence AND t.subscription = r.subscription AND t.generation = r.generation)) a
        JOIN eventhub_data.events e ON e.sequence = a.sequence
        JOIN eventhub_data.current_subscriptions s ON s.key = a.subscription;

        CREATE VIEW eventhub.dead_letter_queue AS
        SELECT eventhub_data.dispatch_id(e.id, r.subscription, r.generation) AS id, e.id AS event_id, r.sequence, e.type AS event_type, e.payload::json AS payload,
          s.id AS subscriber_id, s.name AS subscriber, s.destination, (ARRAY['complete', 'ignored', 'failed', 'misconfigured', 'lost'])[r.status] AS status,
          r.error AS reason, r.attempts AS attempt_count, r.http_status, r.response_body, coalesce(r.created_at, e.created_at) AS created_at, r.resulted_at
        FROM eventhub_data.results r
        JOIN eventhub_data.events e ON e.sequence = r.sequence
        JOIN eventhub_data.current_subscriptions s ON s.key = r.subscription
        WHERE r.dead_letter;

        CREATE VIEW eventhub.consumer_cursors AS
        SELECT c.name AS consumer_id, e.id AS last_event_id, c.updated_at, c.cursor AS last_sequence, l.head - c.cursor AS events_behind
        FROM eventhub_data.log l, eventhub_data.consumers c LEFT JOIN eventhub_data.events e ON e.sequence = c.cursor;

        -- Of several dispatches for one subscription (delivered again by hand) the newest tells the status: ProgressOf.
        CREATE VIEW eventhub.events AS
        SELECT e.id, e.sequence, e.type, e.version, e.source, e.subject, e.payload::json AS payload, e.metadata::json AS metadata, e.organization_id, e.user_id,
          e.session_id, e.instance_id, e.schema, e.entity, e.operation, p.status, p.retry_count, p.error, e.created_at, p.processed_at, p.completed_at
        FROM eventhub_data.events e
        LEFT JOIN LATERAL (
          SELECT CASE
              WHEN bool_or(d.is_newest AND d.status = 0) THEN CASE WHEN bool_or(d.attempts > 0 OR d.status <> 0) THEN 'processing' ELSE 'pending' END
              WHEN bool_or(d.is_newest AND d.status > 2) THEN 'failed' ELSE 'completed' END AS status,
            coalesce(sum(greatest(d.attempts - 1, 0)), 0)::integer AS retry_count,
            coalesce(min(d.error) FILTER (WHERE d.is_newest AND d.status > 2), min(d.error) FILTER (WHERE d.is_newest AND d.status = 0)) AS error,
            min(d.resulted_at) AS processed_at,
            CASE WHEN bool_or(d.is_newest AND d.status = 0) THEN NULL ELSE max(d.resulted_at) END AS completed_at
          FROM (
            SELECT n.*, n.generation = max(n.generation) OVER (PARTITION BY n.subscription) AS is_newest FROM eventhub_data.dispatches n WHERE n.sequence = e.sequence) d) p ON true;
        """;
}
