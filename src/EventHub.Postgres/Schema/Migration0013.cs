namespace EventHub.Postgres.Schema;

/// <summary>
/// <c>eventhub.subscribers</c> with partitions, rate limit, format and headers, by the rules of DeliveryRules and WebhookHeaderRules. What a stored document leaves out is
/// shown, and read, as its default.
/// </summary>
internal static class Migration0013
{
    public const string Sql =
        """
        CREATE OR REPLACE VIEW eventhub.subscribers AS
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
          coalesce((d.document -> 'delivery' ->> 'concurrency')::integer, 64) AS concurrency,
          d.document ->> 'start' AS start_at,
          NULL::text AS secret,
          coalesce(d.document -> 'destination' ->> 'url', concat(d.document -> 'destination' ->> 'type', ':', d.document -> 'destination' ->> 'name')) AS destination,
          (d.document ->> 'created_at')::timestamptz AS created_at,
          (d.document ->> 'updated_at')::timestamptz AS updated_at,
          coalesce((d.document -> 'delivery' ->> 'partitions')::integer, 1) AS partitions,
          (d.document -> 'delivery' -> 'rate_limit' ->> 'limit')::integer AS rate_limit,
          eventhub_data.seconds_of(d.document -> 'delivery' -> 'rate_limit' ->> 'period') AS rate_limit_seconds,
          CASE WHEN d.document -> 'destination' ->> 'url' IS NOT NULL THEN CASE d.document -> 'destination' ->> 'format'
            WHEN 'Payload' THEN 'payload' WHEN 'CloudEvents' THEN 'cloudevents' WHEN 'CloudEventsBinary' THEN 'cloudevents-binary' ELSE 'envelope' END END AS format,
          CASE WHEN d.document -> 'destination' ->> 'url' IS NOT NULL THEN coalesce(d.document::jsonb -> 'destination' -> 'headers', '{}') END AS headers
        FROM eventhub_data.subscriber_documents d;

        -- WebhookHeaderRules; a value is never shown, it may be a credential.
        CREATE FUNCTION eventhub_data.headers_problem(p_headers jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT CASE WHEN jsonb_typeof(p_headers) <> 'object' THEN 'is not a JSON object of names and values' ELSE coalesce(
            (SELECT CASE
                WHEN h.name = '' THEN 'has a header without a name'
                WHEN h.name !~ '^[!#$%&''*+.^_`|~0-9A-Za-z-]+$' THEN eventhub_data.shown(h.name) || ' is not a header name; letters, digits and !#$%&''*+-.^_`|~ are allowed'
                WHEN lower(h.name) IN ('content-type', 'user-agent', 'x-message-id', 'x-event-id', 'x-event-type', 'x-event-version', 'x-delivery-attempt', 'traceparent', 'tracestate',
                  'x-signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature') OR lower(h.name) LIKE 'ce-%' THEN eventhub_data.shown(h.name) || ' is set by the hub itself'
                WHEN lower(h.name) IN ('host', 'content-length', 'content-encoding', 'transfer-encoding', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect', 'http2-settings')
                  OR lower(h.name) LIKE 'proxy-%' THEN eventhub_data.shown(h.name) || ' belongs to the HTTP connection and cannot be set'
                WHEN jsonb_typeof(h.value) <> 'string' THEN format('the value of the header ''%s'' is not a string', h.name)
                WHEN h.value #>> '{}' !~ '^[ -~]*$' THEN format('the value of the header ''%s'' contains something else than printable ASCII', h.name) END AS problem
              FROM jsonb_each(CASE jsonb_typeof(p_headers) WHEN 'object' THEN p_headers END) h (name, value) ORDER BY 1 LIMIT 1),
            (SELECT CASE
                WHEN count(*) > 32 THEN format('has %s headers; at most 32 are allowed', count(*))
                WHEN count(*) <> count(DISTINCT lower(h.name)) THEN (SELECT format('has the header ''%s'' twice; names do not differ by case', min(k.name))
                  FROM jsonb_object_keys(CASE jsonb_typeof(p_headers) WHEN 'object' THEN p_headers END) k (name) GROUP BY lower(k.name) HAVING count(*) > 1 LIMIT 1)
                WHEN sum(length(h.name) + length(h.value) + 4) > 8192 THEN format('has %s bytes of headers; at most 8192 are allowed', sum(length(h.name) + length(h.value) + 4)) END
              FROM jsonb_each_text(CASE jsonb_typeof(p_headers) WHEN 'object' THEN p_headers END) h (name, value))) END
        $$;

        -- subscriber_problem, for these columns.
        CREATE FUNCTION eventhub_data.delivery_problem(p eventhub.subscribers) RETURNS text[] LANGUAGE plpgsql AS $$
        BEGIN
          IF p.partitions NOT BETWEEN 1 AND 64 THEN RETURN ARRAY['partitions', format('must be from 1 to 64, not %s', p.partitions), 'It counts the processes that can deliver for the subscriber.']; END IF;
          IF p.partitions > p.concurrency THEN
            RETURN ARRAY['partitions', format('must not be more than concurrency, of which each partition needs one: %s is more than %s', p.partitions, p.concurrency), 'Raise concurrency, or lower partitions.'];
          END IF;
          IF p.rate_limit IS NULL AND p.rate_limit_seconds IS NOT NULL THEN
            RETURN ARRAY['rate_limit', 'is missing, and rate_limit_seconds is given', 'Write how many attempts a period may have; rate_limit_seconds says how long a period is.', '23502'];
          END IF;
          IF p.rate_limit NOT BETWEEN 1 AND 1000000 THEN RETURN ARRAY['rate_limit', format('must be from 1 to 1000000, not %s', p.rate_limit), 'It counts attempts per rate_limit_seconds; NULL for no limit.']; END IF;
          IF p.rate_limit_seconds NOT BETWEEN 0.001 AND 86400 THEN
            RETURN ARRAY['rate_limit_seconds', format('must be from 0.001 to 86400, not %s', p.rate_limit_seconds), 'It is the period that rate_limit counts attempts of.'];
          END IF;
          IF p.format NOT IN ('envelope', 'payload', 'cloudevents', 'cloudevents-binary') THEN
            RETURN ARRAY['format', eventhub_data.shown(p.format) || ' is not a format', 'Write envelope, payload, cloudevents or cloudevents-binary.'];
          END IF;
          IF eventhub_data.headers_problem(p.headers) IS NOT NULL THEN
            RETURN ARRAY['headers', eventhub_data.headers_problem(p.headers), 'Write an object of names and values, such as {"Authorization": "Bearer …"}.'];
          END IF;
          RETURN NULL;
        END $$;

        CREATE OR REPLACE FUNCTION eventhub_data.edit_subscriber() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
          v_document jsonb;
          v_version integer := 0;
          v_now text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"');
          v_old eventhub.subscribers;
          v_checked eventhub.subscribers;
          v_problem text[];
        BEGIN
          IF TG_OP = 'INSERT' THEN
            -- 1 what is left out
            IF NEW.destination IS NOT NULL OR NEW.created_at IS NOT NULL OR NEW.updated_at IS NOT NULL THEN
              RAISE EXCEPTION 'subscribers.destination, created_at and updated_at cannot be written' USING ERRCODE = '22023', HINT = 'Leave them out: EventHub sets them.';
            END IF;
            NEW.id := coalesce(NEW.id, eventhub_data.new_id()::text);
            NEW.name := coalesce(NEW.name, substring(NEW.webhook_url FROM '//([^/?]+)'));
            NEW.ordering_enabled := coalesce(NEW.ordering_enabled, NEW.ordering_key IS NOT NULL);
            NEW.start_at := coalesce(NEW.start_at, 'now');
            v_document := jsonb_build_object('id', NEW.id, 'destination', jsonb_build_object('type', 'webhook', 'format', 'Envelope', 'headers', '{}'::jsonb, 'secrets', '[]'::jsonb),
              'delivery', '{"retry": {}}'::jsonb, 'start', NEW.start_at, 'created_at', v_now);
            IF EXISTS (SELECT 1 FROM eventhub_data.subscriptions s WHERE s.id = NEW.id) OR EXISTS (SELECT 1 FROM eventhub_data.subscriber_edits e WHERE e.id = NEW.id) THEN
              RAISE EXCEPTION 'subscribers.id % is taken', eventhub_data.shown(NEW.id) USING ERRCODE = 'unique_violation',
                HINT = 'An id is never used again, not even when its subscriber was deleted. Choose another, or leave id out.';
            END IF;
          ELSE
            v_old := OLD;
            SELECT d.document::jsonb, d.version INTO v_document, v_version FROM eventhub_data.subscriber_documents d WHERE d.id = OLD.id;
            IF v_document IS NULL THEN RETURN NULL; END IF;
            IF TG_OP = 'DELETE' THEN
              INSERT INTO eventhub_data.subscriber_edits (id, expected, deletes, document) VALUES (OLD.id, v_version, true, v_document::text);
              RETURN OLD;
            END IF;
            IF (NEW.id, NEW.destination, NEW.start_at, NEW.created_at, NEW.updated_at) IS DISTINCT FROM (OLD.id, OLD.destination, OLD.start_at, OLD.created_at, OLD.updated_at) THEN
              RAISE EXCEPTION 'subscribers.id, destination, start_at, created_at and updated_at cannot be changed' USING ERRCODE = '22023', HINT = 'Delete the subscriber and insert another.';
            END IF;
            IF OLD.webhook_url IS NULL AND NEW.webhook_url IS NOT NULL THEN
              RAISE EXCEPTION 'subscribers.webhook_url cannot be set: % is delivered to %', eventhub_data.shown(OLD.id), OLD.destination
                USING ERRCODE = '22023', HINT = 'Delete the subscriber and insert another.';
            END IF;
            IF OLD.webhook_url IS NULL AND (NEW.format IS NOT NULL OR NEW.headers IS NOT NULL) THEN
              RAISE EXCEPTION 'subscribers.format and headers cannot be set: % is delivered to %', eventhub_data.shown(OLD.id), OLD.destination
                USING ERRCODE = '22023', HINT = 'They are for webhooks.';
            END IF;
            -- A key set turns ordering on, ordering turned off drops the key.
            IF NEW.ordering_enabled IS NOT DISTINCT FROM OLD.ordering_enabled OR NEW.ordering_enabled IS NULL THEN NEW.ordering_enabled := NEW.ordering_key IS NOT NULL; END IF;
            IF OLD.webhook_url IS NOT NULL AND NEW.webhook_url IS NULL THEN NEW.destination := NULL; END IF;
          END IF;
          NEW.delivery_guarantee := coalesce(NEW.delivery_guarantee, 'at_least_once');
          NEW.retry_limit := coalesce(NEW.retry_limit, 3);
          NEW.is_active := coalesce(NEW.is_active, true);
          NEW.is_paused := coalesce(NEW.is_paused, false);
          NEW.delay_seconds := coalesce(NEW.delay_seconds, 0);
          NEW.timeout_ms := coalesce(NEW.timeout_ms, 10000);
          NEW.concurrency := coalesce(NEW.concurrency, 64);
          NEW.partitions := coalesce(NEW.partitions, 1);
          IF TG_OP = 'INSERT' OR OLD.webhook_url IS NOT NULL THEN
            NEW.format := coalesce(NEW.format, 'envelope');
            NEW.headers := coalesce(NEW.headers, '{}');
          END IF;
          -- No limit has no period either; one that is given without a limit is a mistake.
          IF NEW.rate_limit IS NULL AND NEW.rate_limit_seconds IS NOT DISTINCT FROM v_old.rate_limit_seconds THEN NEW.rate_limit_seconds := NULL; END IF;
          IF NEW.rate_limit IS NOT NULL THEN NEW.rate_limit_seconds := coalesce(NEW.rate_limit_seconds, 1); END IF;
          IF NOT NEW.ordering_enabled THEN NEW.ordering_key := NULL; END IF;
          -- Waits that grow have no list: NULL that was NULL leaves them alone.
          IF NEW.retry_backoff_seconds IS NULL AND (TG_OP = 'INSERT' OR v_old.retry_backoff_seconds IS NOT NULL) THEN NEW.retry_backoff_seconds := '{5,30,300}'; END IF;

          -- 2 the rules; of what was not changed nothing is asked, it may have come over HTTP
          v_checked := NEW;
          IF TG_OP = 'UPDATE' THEN
            IF NEW.event_type = OLD.event_type THEN v_checked.event_type := '*'; END IF;
            IF NEW.ordering_key = OLD.ordering_key THEN v_checked.ordering_key := 'type'; END IF;
          END IF;
          v_problem := coalesce(eventhub_data.subscriber_problem(v_checked), eventhub_data.delivery_problem(v_checked));
          IF v_problem IS NOT NULL THEN
            RAISE EXCEPTION 'subscribers.% %', v_problem[1], v_problem[2] USING ERRCODE = coalesce(v_problem[4], '22023'), HINT = v_problem[3];
          END IF;

          -- 3 the document
          v_document := v_document || jsonb_build_object('name', NEW.name, 'active', NEW.is_active, 'paused', NEW.is_paused, 'updated_at', v_now,
            'source', NEW.source, 'created_by', NEW.created_by);
          IF NEW.event_type IS DISTINCT FROM v_old.event_type THEN
            v_document := jsonb_set(v_document, '{events}', to_jsonb(regexp_split_to_array(NEW.event_type, ',\s+')));
          END IF;
          v_document := jsonb_set(v_document, '{delivery}', v_document -> 'delivery' || jsonb_build_object(
            'guarantee', CASE NEW.delivery_guarantee WHEN 'at_most_once' THEN 'AtMostOnce' ELSE 'AtLeastOnce' END, 'ordering_key', NEW.ordering_key,
            'delay', eventhub_data.span_of(NEW.delay_seconds), 'timeout', eventhub_data.span_of(NEW.timeout_ms / 1000.0), 'concurrency', NEW.concurrency, 'partitions', NEW.partitions,
            'rate_limit', CASE WHEN NEW.rate_limit IS NOT NULL THEN jsonb_build_object('limit', NEW.rate_limit, 'period', eventhub_data.span_of(NEW.rate_limit_seconds)) END));
          v_document := jsonb_set(v_document, '{delivery,retry,limit}', to_jsonb(NEW.retry_limit));
          IF NEW.retry_backoff_seconds IS DISTINCT FROM v_old.retry_backoff_seconds THEN
            v_document := jsonb_set(v_document, '{delivery,retry}', jsonb_build_object('limit', NEW.retry_limit, 'schedule',
              (SELECT jsonb_agg(eventhub_data.span_of(s.seconds) ORDER BY s.place) FROM unnest(NEW.retry_backoff_seconds) WITH ORDINALITY s (seconds, place))));
          END IF;
          IF NEW.webhook_url IS NOT NULL THEN
            v_document := jsonb_set(v_document, '{destination}', v_document -> 'destination' || jsonb_build_object('url', NEW.webhook_url, 'headers', NEW.headers, 'format',
              CASE NEW.format WHEN 'payload' THEN 'Payload' WHEN 'cloudevents' THEN 'CloudEvents' WHEN 'cloudevents-binary' THEN 'CloudEventsBinary' ELSE 'Envelope' END));
          END IF;
          IF NEW.secret IS NOT NULL AND NEW.webhook_url IS NOT NULL THEN
            v_document := jsonb_set(v_document, '{destination,secrets}',
              CASE NEW.secret WHEN '' THEN '[]' ELSE jsonb_build_array(jsonb_build_object('ciphertext', 'plain:' || NEW.secret)) END);
          END IF;
          INSERT INTO eventhub_data.subscriber_edits (id, expected, deletes, start_after, document)
          VALUES (NEW.id, v_version, false, CASE WHEN TG_OP = 'INSERT' THEN eventhub_data.start_after(NEW.start_at) END, jsonb_strip_nulls(v_document)::text);
          NEW.destination := coalesce(NEW.webhook_url, NEW.destination);
          RETURN NEW;
        END $$;
        """;
}
