namespace EventHub.Postgres.Schema;

/// <summary>
/// The outbox goes by the hubs' limit of an event's size, which the one that started last has set (<c>outbox_settings</c>, one row), and keeps what it had to refuse for people to
/// find: <c>eventhub.refused_events</c>. VALID is: an event is in one of <c>outbox</c>, the log and <c>outbox_refused</c>.
/// </summary>
internal static class Migration0014
{
    public const string Sql =
        """
        CREATE TABLE eventhub_data.outbox_settings (max_event_bytes integer NOT NULL);
        INSERT INTO eventhub_data.outbox_settings (max_event_bytes) VALUES (1048576);

        CREATE TABLE eventhub_data.outbox_refused (
          id uuid PRIMARY KEY,
          type text NOT NULL,
          source text NOT NULL,
          subject text,
          staged_at timestamptz NOT NULL,
          refused_at timestamptz NOT NULL,
          idempotency_key text NOT NULL,
          used_by uuid NOT NULL,
          metadata text,
          payload text NOT NULL
        );
        CREATE VIEW eventhub.refused_events AS
        SELECT r.id, r.type, r.source, r.subject, r.metadata::json AS metadata, r.payload::json AS payload, r.staged_at AS published_at, r.refused_at, r.idempotency_key, r.used_by
        FROM eventhub_data.outbox_refused r;

        CREATE OR REPLACE FUNCTION eventhub.publish(
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
          v_most integer := (SELECT s.max_event_bytes FROM eventhub_data.outbox_settings s);
          v_bytes integer;
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
          v_bytes := octet_length(v_payload) + coalesce(octet_length(v_metadata), 0);
          v_problem := coalesce(
            'type ' || eventhub_data.type_problem(v_type, false),
            eventhub_data.text_problem('version', publish.version, 64, false), eventhub_data.text_problem('source', publish.source, 512, false),
            eventhub_data.text_problem('subject', publish.subject, 512, true), eventhub_data.text_problem('organization_id', publish.organization_id, 255, true),
            eventhub_data.text_problem('user_id', publish.user_id, 255, true), eventhub_data.text_problem('session_id', publish.session_id, 255, true),
            eventhub_data.text_problem('schema', publish.schema, 255, true), eventhub_data.text_problem('entity', publish.entity, 255, true),
            eventhub_data.text_problem('operation', publish.operation, 255, true), eventhub_data.text_problem('idempotency_key', publish.idempotency_key, 255, false),
            CASE WHEN json_typeof(publish.metadata) <> 'object' THEN 'metadata is not a JSON object' END,
            CASE WHEN publish.trace_parent !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' THEN 'trace_parent is not a W3C traceparent' END,
            CASE WHEN v_bytes > v_most THEN format('payload and metadata are %s bytes; at most %s are allowed', v_bytes, v_most) END);
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
        """;
}
