namespace EventHub.Postgres.Schema;

/// <summary>
/// Capture: a trigger that publishes every INSERT, UPDATE and DELETE of a table as <c>schema.table.create|update|delete</c>, in the transaction that makes the change. Switched on per table
/// by <c>eventhub.capture</c>, off by <c>eventhub.uncapture</c>. The subject of the events is the row's primary key: subscriptions ordered by subject get the changes of a row in their order,
/// because a row's changes are made one after the other and staged as they are made.
/// </summary>
internal static class Migration0012
{
    public const string Sql =
        """
        -- The trigger of captured tables. Arguments: what types begin with, and columns that are left out. Runs with its owner's rights: whoever may write the table needs none here.
        CREATE FUNCTION eventhub.captured() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
          v_new json;
          v_old json;
          v_left_out text[] := TG_ARGV[1]::text[];
          v_sql text;
          v_key json;
          v_subject text;
        BEGIN
          -- 1 the primary key, as it is called now. Taken from the row, as what is left of it is below: SQL's operators on JSON choke on a column of JSON that holds \u0000.
          SELECT format('SELECT json_build_object(%s), concat_ws('','', %s)',
            string_agg(format('%1$L, ($1).%1$I', k.name), ', ' ORDER BY k.place), string_agg(format('($1).%I', k.name), ', ' ORDER BY k.place)) INTO v_sql
          FROM (SELECT a.attname AS name, c.place FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY c (number, place), pg_attribute a
            WHERE i.indrelid = TG_RELID AND i.indisprimary AND a.attrelid = TG_RELID AND a.attnum = c.number) k HAVING count(*) > 0;
          IF v_sql IS NOT NULL AND TG_OP = 'DELETE' THEN EXECUTE v_sql INTO v_key, v_subject USING OLD;
          ELSIF v_sql IS NOT NULL THEN EXECUTE v_sql INTO v_key, v_subject USING NEW;
          END IF;

          -- 2 the rows
          IF cardinality(v_left_out) = 0 THEN
            IF TG_OP <> 'DELETE' THEN v_new := row_to_json(NEW); END IF;
            IF TG_OP <> 'INSERT' THEN v_old := row_to_json(OLD); END IF;
          ELSE
            SELECT format('SELECT row_to_json(r) FROM (SELECT %s) r', string_agg(format('($1).%1$I AS %1$I', a.attname), ', ' ORDER BY a.attnum)) INTO v_sql
            FROM pg_attribute a WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (v_left_out);
            IF TG_OP <> 'DELETE' THEN EXECUTE v_sql INTO v_new USING NEW; END IF;
            IF TG_OP <> 'INSERT' THEN EXECUTE v_sql INTO v_old USING OLD; END IF;
          END IF;

          PERFORM eventhub.publish(
            TG_ARGV[0] || CASE TG_OP WHEN 'INSERT' THEN '.create' WHEN 'UPDATE' THEN '.update' ELSE '.delete' END,
            json_build_object('key', v_key, 'row', v_new, 'old', v_old), source => 'postgres', subject => left(regexp_replace(v_subject, '[\x01-\x1f]', ' ', 'g'), 512));
          RETURN NULL;
        END $$;
        REVOKE EXECUTE ON FUNCTION eventhub.captured FROM PUBLIC;

        -- Switches capture of a table on, or over to other settings. Returns the pattern of its events.
        CREATE FUNCTION eventhub.capture(target regclass, type text DEFAULT NULL, leave_out text[] DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
          v_schema text;
          v_name text;
          v_kind "char";
          v_type text;
          v_unknown text;
        BEGIN
          SELECT n.nspname, c.relname, c.relkind INTO v_schema, v_name, v_kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
          IF v_kind IS NULL OR v_kind NOT IN ('r', 'p') THEN
            RAISE EXCEPTION '% is not a table', coalesce(target::text, 'NULL') USING ERRCODE = 'wrong_object_type', HINT = 'Capture the tables behind a view.';
          END IF;
          IF v_schema IN ('eventhub', 'eventhub_data', 'pg_catalog', 'information_schema') THEN
            RAISE EXCEPTION 'tables of schema % cannot be captured', v_schema USING ERRCODE = 'invalid_parameter_value', HINT = 'Every event would make another.';
          END IF;
          v_type := coalesce(capture.type, v_schema || '.' || v_name);
          -- In here by the caller's rights, which may end at this schema: the rule of types is written out.
          IF length(v_type) > 248 OR v_type !~ '^[^.*[:space:][:cntrl:]]+(\.[^.*[:space:][:cntrl:]]+)*$' OR (capture.type IS NULL AND v_schema || v_name ~ '\.') THEN
            RAISE EXCEPTION 'events of % cannot be called %', target, quote_literal(v_type || '.create') USING ERRCODE = 'invalid_parameter_value',
              HINT = format('Say what they are called: eventhub.capture(%L, type => ''shop.orders''), segments without white space and *.', target);
          END IF;
          SELECT e.name INTO v_unknown FROM unnest(capture.leave_out) e (name)
          WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = target AND a.attname = e.name AND a.attnum > 0 AND NOT a.attisdropped) LIMIT 1;
          IF FOUND THEN
            RAISE EXCEPTION 'there is no column % in %', quote_literal(v_unknown), target USING ERRCODE = 'undefined_column', HINT = 'leave_out names columns that are left out of events.';
          END IF;
          PERFORM eventhub.uncapture(target);
          EXECUTE format('CREATE TRIGGER eventhub_capture AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION eventhub.captured(%L, %L)', target, v_type, capture.leave_out::text);
          RETURN v_type || '.*';
        END $$;
        REVOKE EXECUTE ON FUNCTION eventhub.capture FROM PUBLIC;

        -- Switches it off; whether it was on.
        CREATE FUNCTION eventhub.uncapture(target regclass) RETURNS boolean LANGUAGE plpgsql AS $$
        DECLARE
          v_is_on boolean := EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = target AND t.tgname = 'eventhub_capture');
        BEGIN
          IF v_is_on THEN EXECUTE format('DROP TRIGGER eventhub_capture ON %s', target); END IF;
          RETURN v_is_on;
        END $$;
        REVOKE EXECUTE ON FUNCTION eventhub.uncapture FROM PUBLIC;

        CREATE VIEW eventhub.captured_tables AS
        SELECT t.tgrelid::regclass AS table_name, convert_from(substring(t.tgargs FROM 1 FOR position('\x00'::bytea IN t.tgargs) - 1), 'UTF8') AS type FROM pg_trigger t WHERE t.tgname = 'eventhub_capture' AND t.tgparentid = 0;
        """;
}
