namespace EventHub.Postgres.Schema;

/// <summary>
/// <c>eventhub.subscribers</c>, written to as a table is. A statement is checked and its edit noted in <c>subscriber_edits</c>; the edits of a transaction are made when it
/// commits, because they take the place in the log's order that everybody who publishes waits for: a transaction left open holds up nobody. <c>save_subscription</c>
/// is what HTTP changes subscriptions with as well. VALID is: <c>subscriber_edits</c> holds rows only inside transactions that have not ended.
/// </summary>
internal static class Migration0007
{
    public const string Sql =
        """
        -- The one way subscriptions are written. Takes the log row; no row when the version found is not the expected one (0: it must be new).
        CREATE FUNCTION eventhub_data.save_subscription(
          p_id text, p_expected integer, p_delete boolean, p_start_after bigint, p_document text, p_clock timestamptz, OUT key integer, OUT effective_after bigint)
        RETURNS SETOF record LANGUAGE plpgsql AS $$
        #variable_conflict use_column
        DECLARE
          v_key integer;
          v_version integer;
          v_after bigint;
          v_change bigint;
        BEGIN
          SELECT l.head, l.change + 1 INTO v_after, v_change FROM eventhub_data.log l FOR NO KEY UPDATE;
          SELECT s.key, CASE WHEN s.deleted THEN -1 ELSE s.version END INTO v_key, v_version FROM eventhub_data.subscriptions s WHERE s.id = p_id;
          IF coalesce(v_version, 0) <> p_expected OR (p_expected = 0 AND p_delete) THEN RETURN; END IF;

          UPDATE eventhub_data.log SET change = v_change;
          IF v_key IS NULL THEN
            v_after := least(greatest(coalesce(p_start_after, v_after), 0), v_after);
            INSERT INTO eventhub_data.subscriptions (key, id, version, deleted, next_generation)
            SELECT coalesce(max(s.key), 0) + 1, p_id, 1, false, 1 FROM eventhub_data.subscriptions s RETURNING key INTO v_key;
            INSERT INTO eventhub_data.leases (subscription, owner, token, expires_at) VALUES (v_key, NULL, 0, '-infinity');
            INSERT INTO eventhub_data.tracks (subscription, generation, floor, until) VALUES (v_key, 0, v_after, NULL);
          ELSE
            UPDATE eventhub_data.subscriptions s SET version = p_expected + 1, deleted = p_delete WHERE s.key = v_key;
          END IF;
          INSERT INTO eventhub_data.subscription_versions (key, version, change, effective_after, deleted, document)
          VALUES (v_key, p_expected + 1, v_change, v_after, p_delete, p_document);

          IF p_delete THEN
            -- The lease first: a settlement that is under way holds it, and its exceptions must be there before they are ended.
            DELETE FROM eventhub_data.leases l WHERE l.subscription = v_key;
            WITH held AS (DELETE FROM eventhub_data.exceptions x WHERE x.subscription = v_key RETURNING *)
            INSERT INTO eventhub_data.results (sequence, subscription, generation, status, attempts, resulted_at, created_at, duration_us, error, dead_letter)
            SELECT h.sequence, h.subscription, h.generation, 2, h.attempts, coalesce(p_clock, clock_timestamp()), h.created_at, 0, 'subscription deleted', false FROM held h;
            DELETE FROM eventhub_data.tracks t WHERE t.subscription = v_key;
          END IF;
          RETURN QUERY SELECT v_key, v_after;
        END $$;

        CREATE TABLE eventhub_data.subscriber_edits (
          place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          id text NOT NULL,
          expected integer NOT NULL,
          deletes boolean NOT NULL,
          start_after bigint,
          document text NOT NULL
        );

        CREATE FUNCTION eventhub_data.make_subscriber_edit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
          DELETE FROM eventhub_data.subscriber_edits e WHERE e.place = NEW.place;
          IF NOT EXISTS (SELECT 1 FROM eventhub_data.save_subscription(NEW.id, NEW.expected, NEW.deletes, NEW.start_after, NEW.document, NULL)) THEN
            IF NEW.expected = 0 THEN
              RAISE EXCEPTION 'subscribers.id ''%'' is taken', NEW.id USING ERRCODE = 'unique_violation',
                HINT = 'An id is never used again, not even when its subscriber was deleted. Choose another, or leave id out.';
            END IF;
            RAISE EXCEPTION 'the subscriber ''%'' was changed by somebody else at the same time', NEW.id USING ERRCODE = 'serialization_failure', HINT = 'Run the transaction again.';
          END IF;
          PERFORM pg_notify('eventhub', '');
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER make AFTER INSERT ON eventhub_data.subscriber_edits DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION eventhub_data.make_subscriber_edit();

        -- As they stand, and within a transaction as it has edited them.
        CREATE VIEW eventhub_data.subscriber_documents AS
        SELECT c.id, c.version, c.document FROM eventhub_data.current_subscriptions c
        WHERE NOT c.deleted AND NOT EXISTS (SELECT 1 FROM eventhub_data.subscriber_edits e WHERE e.id = c.id)
        UNION ALL
        SELECT e.id, e.expected + 1, e.document::json FROM eventhub_data.subscriber_edits e
        WHERE NOT e.deletes AND NOT EXISTS (SELECT 1 FROM eventhub_data.subscriber_edits l WHERE l.id = e.id AND l.place > e.place);

        CREATE VIEW eventhub.subscribers AS
        SELECT d.id, d.document ->> 'name' AS name,
          (SELECT string_agg(p.pattern, ', ' ORDER BY p.place) FROM json_array_elements_text(d.document -> 'events') WITH ORDINALITY p (pattern, place)) AS event_type,
          d.document -> 'destination' ->> 'url' AS webhook_url,
          CASE d.document -> 'delivery' ->> 'guarantee' WHEN 'AtMostOnce' THEN 'at_most_once' ELSE 'at_least_once' END AS delivery_guarantee,
          d.document -> 'delivery' ->> 'ordering_key' IS NOT NULL AS ordering_enabled,
          d.document -> 'delivery' ->> 'ordering_key' AS ordering_key,
          (d.document -> 'delivery' -> 'retry' ->> 'limit')::integer AS retry_limit,
          CASE WHEN d.document -> 'delivery' -> 'retry' ->> 'constant' IS NOT NULL THEN ARRAY[eventhub_data.seconds_of(d.document -> 'delivery' -> 'retry' ->> 'constant')]
            ELSE (SELECT array_agg(eventhub_data.seconds_of(s.span) ORDER BY s.place)
              FROM json_array_elements_text(d.document -> 'delivery' -> 'retry' -> 'schedule') WITH ORDINALITY s (span, place)) END AS retry_backoff_seconds,
          coalesce((d.document ->> 'active')::boolean, true) AS is_active,
          d.document ->> 'created_by' AS created_by,
          coalesce((d.document ->> 'paused')::boolean, false) AS is_paused,
          d.document ->> 'source' AS source,
          eventhub_data.seconds_of(d.document -> 'delivery' ->> 'delay') AS delay_seconds,
          (eventhub_data.seconds_of(d.document -> 'delivery' ->> 'timeout') * 1000)::integer AS timeout_ms,
          (d.document -> 'delivery' ->> 'concurrency')::integer AS concurrency,
          d.document ->> 'start' AS start_at,
          NULL::text AS secret,
          coalesce(d.document -> 'destination' ->> 'url', concat(d.document -> 'destination' ->> 'type', ':', d.document -> 'destination' ->> 'name')) AS destination,
          (d.document ->> 'created_at')::timestamptz AS created_at,
          (d.document ->> 'updated_at')::timestamptz AS updated_at
        FROM eventhub_data.subscriber_documents d;

        -- WebhookSecret.Generate
        CREATE FUNCTION eventhub_data.new_secret() RETURNS text LANGUAGE sql VOLATILE AS $$
          SELECT 'whsec_' || encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'base64')
        $$;
        ALTER VIEW eventhub.subscribers ALTER COLUMN secret SET DEFAULT eventhub_data.new_secret();

        -- UUIDv7
        CREATE FUNCTION eventhub_data.new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
          SELECT encode(set_byte(overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            6, (get_byte(uuid_send(gen_random_uuid()), 0) & 15) | 112), 'hex')::uuid
        $$;
        """;
}
