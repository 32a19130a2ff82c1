namespace EventHub.Postgres.Schema;

/// <summary>
/// Publishing inside a transaction of one's own: <c>eventhub.publish</c> checks an event by the rules of HTTP and stages it in <c>outbox</c>, where it becomes visible, or vanishes, with that
/// transaction. Hubs move what is staged into the log (MoveStagedOperation). Staging takes no lock that others wait for and rings nobody: NOTIFY makes the transactions of all
/// producers commit one after the other.
/// </summary>
/// <remarks>
/// <c>outbox</c>: in the order of the calls (<c>place</c>). Moved in that order, by one hub at a time, which holds the <c>log</c> row: a transaction that committed before another published is
/// seen with it, so its events come first; one that is held open delays its own events alone. VALID is: an event is in <c>outbox</c> or in the log, never in both.
/// <c>content_hash</c> is ContentHash of what the caller gave, before defaults.
/// </remarks>
internal static class Migration0011
{
    public const string Sql =
        """
        CREATE TABLE eventhub_data.outbox (
          place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          staged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
          id uuid NOT NULL,
          type text NOT NULL,
          version text NOT NULL,
          source text NOT NULL,
          subject text,
          organization_id text,
          user_id text,
          session_id text,
          schema text,
          entity text,
          operation text,
          trace_parent text,
          metadata text,
          payload text NOT NULL,
          idempotency_key text,
          content_hash bytea
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX outbox_key ON eventhub_data.outbox (idempotency_key) WHERE idempotency_key IS NOT NULL;

        -- A text as ContentHash takes it in: its length in UTF-8, little-endian, and its bytes.
        CREATE FUNCTION eventhub_data.hashed(p_text text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
          SELECT CASE WHEN p_text IS NULL THEN '\xffffffff'::bytea
            ELSE (SELECT substring(n.b FROM 4 FOR 1) || substring(n.b FROM 3 FOR 1) || substring(n.b FROM 2 FOR 1) || substring(n.b FROM 1 FOR 1) || t.b
              FROM convert_to(p_text, 'UTF8') t (b), int4send(length(t.b)) n (b)) END
        $$;

        -- KeyDigest of an event's key: SHA-256 over a zero and the key in UTF-16.
        CREATE FUNCTION eventhub_data.key_digest(p_key text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT sha256('\x00'::bytea || string_agg(substring(int4send(u.unit) FROM 4 FOR 1) || substring(int4send(u.unit) FROM 3 FOR 1), ''::bytea ORDER BY c.place, u.place))
          FROM regexp_split_to_table(p_key, '') WITH ORDINALITY c (letter, place),
            unnest(CASE WHEN ascii(c.letter) < 65536 THEN ARRAY[ascii(c.letter)]
              ELSE ARRAY[55296 + ((ascii(c.letter) - 65536) >> 10), 56320 + ((ascii(c.letter) - 65536) & 1023)] END) WITH ORDINALITY u (unit, place)
        $$;

        -- What is wrong with a field of an event: EventValidator.Text.
        CREATE FUNCTION eventhub_data.text_problem(p_field text, p_text text, p_longest integer, p_may_be_empty boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
          SELECT CASE
            WHEN p_text = '' AND NOT p_may_be_empty THEN p_field || ' must not be empty'
            WHEN length(p_text) > p_longest THEN format('%s is %s characters long; at most %s are allowed', p_field, length(p_text), p_longest)
            WHEN p_text ~ '[\x01-\x1f]' THEN p_field || ' contains a control character' END
        $$;

        CREATE FUNCTION eventhub.publish(
          type text, payload anycompatible, version text DEFAULT NULL, source text DEFAULT NULL, subject text DEFAULT NULL, metadata json DEFAULT NULL,
          organization_id text DEFAULT NULL, user_id text DEFAULT NULL, session_id text DEFAULT NULL, schema text DEFAULT NULL, entity text DEFAULT NULL, operation text DEFAULT NULL,
          idempotency_key text DEFAULT NULL, trace_parent text DEFAULT NULL, notify boolean DEFAULT false)
        RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
          v_type text := publish.type;
          v_payload text;
          v_metadata text := btrim(publish.metadata::text, E' \t\r\n');
          v_problem text;
          v_parts text[] := ARRAY[publish.schema, publish.entity, publish.operation];
          v_hash bytea;
          v_known record;
          v_id uuid := eventhub_data.new_id();
        BEGIN
          -- 1 the rules of HTTP; a text is JSON. Other types callers turn into JSON themselves: a type's own cast to json would run with our rights.
          IF pg_typeof(publish.payload)::oid NOT IN ('json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'varchar'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'bool'::regtype) THEN
            RAISE EXCEPTION 'payload is of type %, not json', pg_typeof(publish.payload) USING ERRCODE = 'invalid_parameter_value', HINT = 'Write to_json(…) around it.';
          END IF;
          v_payload := publish.payload::text;
          v_payload := btrim(v_payload, E' \t\r\n');
          IF v_type IS NULL OR v_payload IS NULL THEN
            RAISE EXCEPTION '% is missing', CASE WHEN v_type IS NULL THEN 'type' ELSE 'payload' END USING ERRCODE = 'null_value_not_allowed',
              HINT = 'Call eventhub.publish(''user.created'', ''{"any": "JSON"}''); JSON''s own null is written ''null''.';
          END IF;
          IF pg_typeof(publish.payload)::text NOT IN ('json', 'jsonb') THEN
            BEGIN
              PERFORM v_payload::json;
            EXCEPTION WHEN invalid_text_representation THEN
              RAISE EXCEPTION 'payload is not one valid JSON value: %', eventhub_data.shown(v_payload) USING ERRCODE = 'invalid_parameter_value',
                HINT = 'A text is taken for JSON. For a JSON string of it write to_json(…).';
            END;
          END IF;
          v_problem := coalesce(
            'type ' || eventhub_data.type_problem(v_type, false),
            eventhub_data.text_problem('version', publish.version, 64, false), eventhub_data.text_problem('source', publish.source, 512, false),
            eventhub_data.text_problem('subject', publish.subject, 512, true), eventhub_data.text_problem('organization_id', publish.organization_id, 255, true),
            eventhub_data.text_problem('user_id', publish.user_id, 255, true), eventhub_data.text_problem('session_id', publish.session_id, 255, true),
            eventhub_data.text_problem('schema', publish.schema, 255, true), eventhub_data.text_problem('entity', publish.entity, 255, true),
            eventhub_data.text_problem('operation', publish.operation, 255, true), eventhub_data.text_problem('idempotency_key', publish.idempotency_key, 255, false),
            CASE WHEN json_typeof(publish.metadata) <> 'object' THEN 'metadata is not a JSON object' END,
            CASE WHEN publish.trace_parent !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' THEN 'trace_parent is not a W3C traceparent' END,
            CASE WHEN octet_length(v_payload) + coalesce(octet_length(v_metadata), 0) > 1048576
              THEN format('payload and metadata are %s bytes; at most 1048576 are allowed', octet_length(v_payload) + coalesce(octet_length(v_metadata), 0)) END);
          IF v_problem IS NOT NULL THEN
            RAISE EXCEPTION '%', v_problem USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was published. A type is dot-separated segments such as user.created.';
          END IF;

          -- 2 a key that is known: the first event's id, or a conflict; who comes at the same time is told apart when they are moved
          IF publish.idempotency_key IS NOT NULL THEN
            v_hash := sha256(eventhub_data.hashed(v_type) || eventhub_data.hashed(publish.version) || eventhub_data.hashed(publish.source) || eventhub_data.hashed(publish.subject)
              || eventhub_data.hashed(publish.organization_id) || eventhub_data.hashed(publish.user_id) || eventhub_data.hashed(publish.session_id) || eventhub_data.hashed(publish.schema)
              || eventhub_data.hashed(publish.entity) || eventhub_data.hashed(publish.operation) || eventhub_data.hashed(v_payload) || eventhub_data.hashed(coalesce(v_metadata, '')));
            SELECT k.id, k.hash INTO v_known FROM (
              SELECT encode(substring(i.answer FROM 1 FOR 16), 'hex')::uuid AS id, i.hash FROM eventhub_data.idempotency i
              WHERE i.digest = eventhub_data.key_digest(publish.idempotency_key) AND i.expires_at > clock_timestamp()
              UNION ALL
              SELECT o.id, o.content_hash FROM eventhub_data.outbox o WHERE o.idempotency_key = publish.idempotency_key) k LIMIT 1;
            IF v_known.hash = v_hash THEN RETURN v_known.id; END IF;
            IF v_known.hash IS NOT NULL THEN
              RAISE EXCEPTION 'idempotency_key % was used before, for other content', eventhub_data.shown(publish.idempotency_key) USING ERRCODE = 'unique_violation',
                HINT = 'Use a key for one event only; with the same content it answers the first event''s id.';
            END IF;
          END IF;

          -- 3 staged
          IF v_parts = ARRAY[NULL, NULL, NULL]::text[] AND cardinality(string_to_array(v_type, '.')) = 3 THEN v_parts := string_to_array(v_type, '.'); END IF;
          INSERT INTO eventhub_data.outbox (id, type, version, source, subject, organization_id, user_id, session_id, schema, entity, operation, trace_parent, metadata, payload,
            idempotency_key, content_hash)
          VALUES (v_id, v_type, coalesce(publish.version, 'v1'), coalesce(publish.source, 'api'), publish.subject, publish.organization_id, publish.user_id, publish.session_id,
            v_parts[1], v_parts[2], v_parts[3], publish.trace_parent, v_metadata, v_payload, publish.idempotency_key, v_hash);
          IF publish.notify THEN PERFORM pg_notify('eventhub', 'outbox'); END IF;
          RETURN v_id;
        END $$;
        REVOKE EXECUTE ON FUNCTION eventhub.publish FROM PUBLIC;
        """;
}
