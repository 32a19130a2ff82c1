namespace EventHub.Postgres.Schema;

/// <summary>
/// The rules of <c>eventhub.subscribers</c>: those of SubscriptionValidator, as far as SQL can tell. Every complaint names the column, the value and what to do. What only
/// a delivery shows (an address that may not be dialled) becomes a dispatch that says so.
/// </summary>
internal static class Migration0008
{
    public const string Sql =
        """
        CREATE FUNCTION eventhub_data.shown(p_text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT '''' || regexp_replace(left(p_text, 80), '[[:cntrl:]]', '?', 'g') || CASE WHEN length(p_text) > 80 THEN '…' ELSE '' END || ''''
        $$;

        -- EventType.Validate: what is wrong with a type, or with a pattern; null when nothing is.
        CREATE FUNCTION eventhub_data.type_problem(p_type text, p_is_pattern boolean) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT CASE
            WHEN p_type = '' THEN 'must not be empty'
            WHEN length(p_type) > 255 THEN format('is %s characters long; at most 255 are allowed', length(p_type))
            WHEN p_type ~ '[[:space:][:cntrl:]]' THEN eventhub_data.shown(p_type) || ' contains white space or a control character'
            WHEN p_type ~ '(^\.|\.\.|\.$)' THEN eventhub_data.shown(p_type) || ' has an empty segment'
            WHEN NOT p_is_pattern AND p_type ~ '\*' THEN eventhub_data.shown(p_type) || ' contains *, which stands in patterns only'
            WHEN p_is_pattern AND p_type ~ '([^.]\*|\*[^.])' AND p_type !~ '^(([^.*]+|\*)\.)*\*\*$'
              THEN eventhub_data.shown(p_type) || ' has a wildcard inside a segment, or ** before its last one; a wildcard stands for a whole segment' END
        $$;

        -- WebhookUrlRules
        CREATE FUNCTION eventhub_data.url_problem(p_url text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT CASE
            WHEN p_url = '' THEN 'must not be empty'
            WHEN length(p_url) > 2048 THEN format('is %s characters long; at most 2048 are allowed', length(p_url))
            WHEN p_url ~ '[[:space:][:cntrl:]]' THEN 'contains white space or a control character; percent-encode it'
            WHEN p_url ~ '\\' THEN 'contains a backslash; write / or %5C'
            WHEN p_url !~* '^https?://' THEN eventhub_data.shown(p_url) || ' is not an absolute http or https URL'
            WHEN p_url ~ '#' THEN 'contains a fragment (#…), which is never sent to a server; leave it out'
            WHEN p_url ~ '^[^/]*//[^/?]*@' THEN 'contains user info (…@), which would be shown wherever the URL is'
            WHEN p_url !~ '^[^/]*//(\[[0-9A-Fa-f:.]+\]|[^]:/?[]+)(:|/|\?|$)' THEN eventhub_data.shown(p_url) || ' has no valid host'
            WHEN p_url ~ '^[^/]*//(\[[^]]*\]|[^]:/?[]+):' AND p_url !~ '^[^/]*//(\[[^]]*\]|[^]:/?[]+):0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(/|\?|$)'
              THEN 'has a port that is not a number from 1 to 65535' END
        $$;

        CREATE FUNCTION eventhub_data.secret_problem(p_secret text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
          SELECT CASE
            WHEN length(p_secret) > 512 THEN format('is %s characters long; at most 512 are allowed', length(p_secret))
            WHEN p_secret ~ '[[:cntrl:]]' THEN 'contains a control character (a line break at its end, perhaps)'
            WHEN p_secret LIKE 'whsec\_%' AND (p_secret !~ '^whsec_[A-Za-z0-9+/]*={0,2}$' OR length(p_secret) % 4 <> 2) THEN 'begins with whsec_, so base64 must follow: A-Z a-z 0-9 + / with = at its end'
            WHEN p_secret LIKE 'whsec\_%' AND length(rtrim(p_secret, '=')) - 6 < 22 THEN 'holds too few bytes behind whsec_; at least 16 are needed' END
        $$;

        -- What is wrong with a subscriber: column, problem, hint, and an error code that is not the usual one; null when nothing is.
        CREATE FUNCTION eventhub_data.subscriber_problem(p eventhub.subscribers) RETURNS text[] LANGUAGE plpgsql AS $$
        DECLARE
          v_problem text;
          v_pattern text;
        BEGIN
          IF p.id = '' OR length(p.id) > 255 OR p.id ~ '[[:space:][:cntrl:]/]' THEN
            RETURN ARRAY['id', eventhub_data.shown(p.id) || ' is not an id', 'An id is 1 to 255 characters without white space, control characters and /. Leave it out to get one.'];
          END IF;
          IF p.name = '' OR length(p.name) > 255 OR p.name ~ '[[:cntrl:]]' THEN
            RETURN ARRAY['name', eventhub_data.shown(p.name) || ' is not a name', 'A name is 1 to 255 characters without control characters.'];
          END IF;
          IF p.event_type IS NULL THEN RETURN ARRAY['event_type', 'is missing', 'Name a type or pattern such as user.created, user.* or *; several with a comma and a space between them.', '23502']; END IF;
          IF cardinality(regexp_split_to_array(p.event_type, ',\s+')) > 100 THEN RETURN ARRAY['event_type', 'holds more than 100 patterns', 'Write a pattern that matches several types, such as user.*.']; END IF;
          FOREACH v_pattern IN ARRAY regexp_split_to_array(p.event_type, ',\s+') LOOP
            v_problem := eventhub_data.type_problem(v_pattern, true);
            IF v_problem IS NOT NULL THEN RETURN ARRAY['event_type', v_problem, 'Write dot-separated segments such as user.created, user.*, order.** or *; several patterns with a comma and a space between them.']; END IF;
          END LOOP;
          IF p.webhook_url IS NULL AND p.destination IS NULL THEN RETURN ARRAY['webhook_url', 'is missing', 'Give the URL events are posted to, such as https://example.com/hooks.', '23502']; END IF;
          v_problem := eventhub_data.url_problem(p.webhook_url);
          IF v_problem IS NOT NULL THEN RETURN ARRAY['webhook_url', v_problem, 'A URL looks like https://example.com/hooks.']; END IF;
          IF p.delivery_guarantee NOT IN ('at_least_once', 'at_most_once') THEN
            RETURN ARRAY['delivery_guarantee', eventhub_data.shown(p.delivery_guarantee) || ' is not a guarantee', 'Write at_least_once or at_most_once.'];
          END IF;
          IF p.ordering_enabled AND p.ordering_key IS NULL THEN
            RETURN ARRAY['ordering_key', 'is missing, and ordering_enabled is true', 'Name what keeps its order: organization_id, user_id, source, subject, type, or a path into the payload such as $.order.id.'];
          END IF;
          IF p.ordering_enabled AND p.ordering_key NOT IN ('organization_id', 'user_id', 'source', 'subject', 'type')
            AND (length(p.ordering_key) > 512 OR p.ordering_key !~ '^\$(\.[^].()''"=~*?@$\s[]+|\[\d{1,9}\]|\[''[^''[:cntrl:]]*''\])+$') THEN
            RETURN ARRAY['ordering_key', eventhub_data.shown(p.ordering_key) || ' is not an ordering key',
              'Write organization_id, user_id, source, subject, type, or a path into the payload such as $.order.id (filters and wildcards only over HTTP).'];
          END IF;
          IF p.retry_limit NOT BETWEEN 0 AND 100 THEN RETURN ARRAY['retry_limit', format('must be from 0 to 100, not %s', p.retry_limit), 'It counts what follows the first attempt.']; END IF;
          IF cardinality(p.retry_backoff_seconds) NOT BETWEEN 1 AND 100 OR array_ndims(p.retry_backoff_seconds) > 1 OR EXISTS (
            SELECT 1 FROM unnest(p.retry_backoff_seconds) s WHERE s IS NULL OR s NOT BETWEEN 0 AND 2592000) THEN
            RETURN ARRAY['retry_backoff_seconds', format('''%s'' is not a list of waits', p.retry_backoff_seconds), 'Write 1 to 100 waits of 0 to 2592000 seconds, such as {5, 30, 300}; the last one repeats.'];
          END IF;
          IF p.delay_seconds NOT BETWEEN 0 AND 2592000 OR p.delay_seconds <> round(p.delay_seconds, 3) THEN
            RETURN ARRAY['delay_seconds', format('must be from 0 to 2592000, in whole milliseconds, not %s', p.delay_seconds), 'An event is not delivered before it is this old.'];
          END IF;
          IF p.timeout_ms NOT BETWEEN 1 AND 600000 THEN RETURN ARRAY['timeout_ms', format('must be from 1 to 600000, not %s', p.timeout_ms), 'It limits one attempt, answer included.']; END IF;
          IF p.concurrency NOT BETWEEN 1 AND 1024 THEN RETURN ARRAY['concurrency', format('must be from 1 to 1024, not %s', p.concurrency), 'It counts attempts in flight at once.']; END IF;
          IF p.source = '' OR length(p.source) > 512 OR p.source ~ '[[:cntrl:]]' THEN
            RETURN ARRAY['source', eventhub_data.shown(p.source) || ' is not a source', 'Write 1 to 512 characters without control characters, or NULL for events of any source.'];
          END IF;
          IF p.created_by = '' OR length(p.created_by) > 255 OR p.created_by ~ '[[:cntrl:]]' THEN
            RETURN ARRAY['created_by', eventhub_data.shown(p.created_by) || ' is not allowed', 'Write 1 to 255 characters without control characters, or NULL.'];
          END IF;
          v_problem := eventhub_data.secret_problem(p.secret);
          IF v_problem IS NOT NULL THEN RETURN ARRAY['secret', v_problem, 'Leave it out to get one, write '''' for none.']; END IF;
          RETURN NULL;
        END $$;

        -- The sequence a subscriber's events come after; null: the head when it is made.
        CREATE FUNCTION eventhub_data.start_after(p_start text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
          v_time timestamptz;
          v_from bigint;
        BEGIN
          IF p_start = 'now' THEN RETURN NULL; END IF;
          IF p_start = 'beginning' THEN RETURN 0; END IF;
          IF p_start ~ '^\d{1,18}$' THEN RETURN greatest(p_start::bigint - 1, 0); END IF;
          IF p_start ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$' THEN
            BEGIN
              v_time := p_start::timestamptz;
            EXCEPTION WHEN data_exception THEN NULL;
            END;
          END IF;
          IF v_time IS NULL THEN
            RAISE EXCEPTION 'subscribers.start_at % is not a place to start', eventhub_data.shown(p_start)
              USING ERRCODE = '22023', HINT = 'Write now, beginning, a sequence, or a time such as 2026-01-31T12:00:00Z.';
          END IF;
          SELECT coalesce((SELECT min(b.block) * 1024 FROM eventhub_data.time_blocks b WHERE b.latest >= v_time), (SELECT (max(b.block) + 1) * 1024 FROM eventhub_data.time_blocks b), 0) INTO v_from;
          RETURN (SELECT min(e.sequence) - 1 FROM eventhub_data.events e WHERE e.sequence >= v_from AND e.created_at >= v_time);
        END $$;

        CREATE FUNCTION eventhub_data.edit_subscriber() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
          v_document jsonb;
          v_version integer := 0;
          v_now text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"');
          v_old eventhub.subscribers;
          v_checked eventhub.subscribers;
          v_problem text[];
        BEGIN
          IF TG_OP = 'INSERT' THEN
            -- 1 what is left out; what a document leaves out would be read as nothing, not as its default
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
          IF NOT NEW.ordering_enabled THEN NEW.ordering_key := NULL; END IF;
          -- Waits that grow have no list: NULL that was NULL leaves them alone.
          IF NEW.retry_backoff_seconds IS NULL AND (TG_OP = 'INSERT' OR v_old.retry_backoff_seconds IS NOT NULL) THEN NEW.retry_backoff_seconds := '{5,30,300}'; END IF;

          -- 2 the rules; of what was not changed nothing is asked, it may have come over HTTP
          v_checked := NEW;
          IF TG_OP = 'UPDATE' THEN
            IF NEW.event_type = OLD.event_type THEN v_checked.event_type := '*'; END IF;
            IF NEW.ordering_key = OLD.ordering_key THEN v_checked.ordering_key := 'type'; END IF;
          END IF;
          v_problem := eventhub_data.subscriber_problem(v_checked);
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
            'delay', eventhub_data.span_of(NEW.delay_seconds), 'timeout', eventhub_data.span_of(NEW.timeout_ms / 1000.0), 'concurrency', NEW.concurrency));
          v_document := jsonb_set(v_document, '{delivery,retry,limit}', to_jsonb(NEW.retry_limit));
          IF NEW.retry_backoff_seconds IS DISTINCT FROM v_old.retry_backoff_seconds THEN
            v_document := jsonb_set(v_document, '{delivery,retry}', jsonb_build_object('limit', NEW.retry_limit, 'schedule',
              (SELECT jsonb_agg(eventhub_data.span_of(s.seconds) ORDER BY s.place) FROM unnest(NEW.retry_backoff_seconds) WITH ORDINALITY s (seconds, place))));
          END IF;
          IF NEW.webhook_url IS NOT NULL THEN v_document := jsonb_set(v_document, '{destination,url}', to_jsonb(NEW.webhook_url)); END IF;
          IF NEW.secret IS NOT NULL AND NEW.webhook_url IS NOT NULL THEN
            v_document := jsonb_set(v_document, '{destination,secrets}',
              CASE NEW.secret WHEN '' THEN '[]' ELSE jsonb_build_array(jsonb_build_object('ciphertext', 'plain:' || NEW.secret)) END);
          END IF;
          INSERT INTO eventhub_data.subscriber_edits (id, expected, deletes, start_after, document)
          VALUES (NEW.id, v_version, false, CASE WHEN TG_OP = 'INSERT' THEN eventhub_data.start_after(NEW.start_at) END, jsonb_strip_nulls(v_document)::text);
          NEW.destination := coalesce(NEW.webhook_url, NEW.destination);
          RETURN NEW;
        END $$;
        CREATE TRIGGER edit INSTEAD OF INSERT OR UPDATE OR DELETE ON eventhub.subscribers FOR EACH ROW EXECUTE FUNCTION eventhub_data.edit_subscriber();
        """;
}
