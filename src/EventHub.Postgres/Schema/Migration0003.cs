namespace EventHub.Postgres.Schema;

/// <summary>
/// Retention: <c>trim_rows</c> removes row by row, a bounded number at a time; <c>drop_partition</c> removes the oldest partition as a whole and keeps of
/// it what a dead letter or an exception refers to. Both move the trim point in the same transaction and hold the <c>log</c> row, so that nobody
/// appends, requeues or trims meanwhile. <c>drop_partition</c> gives up rather than make others wait for a reader that takes its time.
/// </summary>
internal static class Migration0003
{
    public const string Sql =
        """
        CREATE FUNCTION eventhub_data.trim_rows(p_after bigint, p_up_to bigint, p_rows integer, OUT through bigint, OUT removed bigint, OUT is_last boolean)
        LANGUAGE plpgsql AS $$
        DECLARE
          v_last bigint;
          v_first_block bigint;
        BEGIN
          SELECT least(p_up_to, l.head) INTO v_last FROM eventhub_data.log l FOR UPDATE;
          SELECT e.sequence INTO through FROM eventhub_data.events e WHERE e.sequence > p_after AND e.sequence <= v_last ORDER BY e.sequence LIMIT 1 OFFSET p_rows - 1;
          is_last := through IS NULL;
          through := greatest(coalesce(through, v_last), p_after);

          DELETE FROM eventhub_data.events e WHERE e.sequence > p_after AND e.sequence <= through
            AND NOT EXISTS (SELECT 1 FROM eventhub_data.exceptions x WHERE x.sequence = e.sequence)
            AND NOT EXISTS (SELECT 1 FROM eventhub_data.results r WHERE r.sequence = e.sequence AND r.dead_letter);
          GET DIAGNOSTICS removed = ROW_COUNT;
          DELETE FROM eventhub_data.results r WHERE r.sequence > p_after AND r.sequence <= through
            AND NOT EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = r.sequence);
          DELETE FROM eventhub_data.attempts a WHERE a.sequence > p_after AND a.sequence <= through
            AND NOT EXISTS (SELECT 1 FROM eventhub_data.events e WHERE e.sequence = a.sequence);
          UPDATE eventhub_data.log l SET trimmed = through WHERE l.trimmed < through;
          DELETE FROM eventhub_data.time_blocks b WHERE b.block < (SELECT (l.trimmed + 1) / 1024 FROM eventhub_data.log l);
        END $$;

        CREATE FUNCTION eventhub_data.drop_partition(p_first bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
          v_until bigint;
          v_trimmed bigint;
          v_removed bigint;
          v_held bigint[];
          v_table text;
        BEGIN
          PERFORM set_config('lock_timeout', '300ms', true);
          SELECT l.trimmed INTO v_trimmed FROM eventhub_data.log l FOR UPDATE;
          SELECT p.until INTO v_until FROM eventhub_data.partitions p WHERE p.first = p_first AND p.first = (SELECT min(first) FROM eventhub_data.partitions);
          IF v_until IS NULL THEN RETURN 0; END IF;
          LOCK TABLE eventhub_data.events, eventhub_data.results, eventhub_data.attempts IN ACCESS EXCLUSIVE MODE;

          SELECT coalesce(array_agg(h.sequence), '{}') INTO v_held FROM (
            SELECT x.sequence FROM eventhub_data.exceptions x WHERE x.sequence >= p_first AND x.sequence < v_until
            UNION SELECT r.sequence FROM eventhub_data.results r WHERE r.sequence >= p_first AND r.sequence < v_until AND r.dead_letter) h;
          v_removed := v_until - 1 - greatest(p_first - 1, v_trimmed)
            - (SELECT count(*) FROM unnest(v_held) h (sequence) WHERE h.sequence > v_trimmed);

          FOREACH v_table IN ARRAY ARRAY['events', 'results', 'attempts'] LOOP
            EXECUTE format('ALTER TABLE eventhub_data.%I DETACH PARTITION eventhub_data.%I', v_table, v_table || '_kept');
            EXECUTE format('ALTER TABLE eventhub_data.%I DETACH PARTITION eventhub_data.%I', v_table, v_table || '_' || p_first);
            EXECUTE format('INSERT INTO eventhub_data.%I SELECT * FROM eventhub_data.%I WHERE sequence = ANY ($1)', v_table || '_kept', v_table || '_' || p_first) USING v_held;
            EXECUTE format('ALTER TABLE eventhub_data.%I ATTACH PARTITION eventhub_data.%I FOR VALUES FROM (MINVALUE) TO (%s)', v_table, v_table || '_kept', v_until);
            EXECUTE format('DROP TABLE eventhub_data.%I', v_table || '_' || p_first);
          END LOOP;
          DELETE FROM eventhub_data.partitions p WHERE p.first = p_first;
          UPDATE eventhub_data.log l SET trimmed = v_until - 1 WHERE l.trimmed < v_until - 1;
          DELETE FROM eventhub_data.time_blocks b WHERE b.block < v_until / 1024;
          RETURN v_removed;
        END $$;
        """;
}
