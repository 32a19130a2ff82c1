using System.Text;
using EventHub.Events;
using EventHub.Postgres;
using EventHub.Postgres.Maintenance;
using EventHub.Publishing;
using EventHub.Storage.Conformance.Support;
using Npgsql;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>Events published inside transactions of their own: staged, and moved into the log.</summary>
public sealed class OutboxTests : PostgresTest
{
    [Fact]
    public async Task What_a_transaction_publishes_is_in_the_log_in_the_order_of_the_calls_once_it_has_committed()
    {
        var seen = new RecordingObserver();
        var store = await OpenAsync(seen);
        await using var connection = await ConnectAsync();
        Guid first, second;
        IReadOnlyList<Guid> more;
        await using (var transaction = await connection.BeginTransactionAsync(Cancel))
        {
            var outbox = EventOutbox.Enlist(transaction);
            first = await outbox.PublishAsync("user.created", new { Name = "Ada 😀", Age = 36.0 }, cancellationToken: Cancel);
            second = await outbox.PublishAsync(Full(), Cancel);
            more = await outbox.PublishAsync([.. Enumerable.Range(0, 3).Select(n => Plain($"{n}"))], Cancel);
            Assert.Equal(0, (await MoveAsync(store)).Taken);
            await transaction.CommitAsync(Cancel);
        }

        var moved = await MoveAsync(store);

        Assert.Equal([first, second, .. more], moved.Appended.Select(e => e.Id));
        Assert.Equal([1, 2, 3, 4, 5], moved.Appended.Select(e => e.Sequence));
        var read = await store.Log.GetAsync([1, 2, 3], Cancel);
        Assert.Equal("""{"name":"Ada \uD83D\uDE00","age":36}""", Encoding.UTF8.GetString(read[0].Payload.Span), ignoreCase: true);
        Assert.Equal(("v1", "api", "mover", null), (read[0].Version, read[0].Source, read[0].InstanceId, read[0].Schema));
        EventAssert.Same(Expected(second), 2, read[1]);
        Assert.Equal("0", Encoding.UTF8.GetString(read[2].Payload.Span));
        Assert.Equal(moved.Appended.Select(e => e.Id), seen.Notices.OfType<IReadOnlyList<Event>>().SelectMany(events => events).Select(e => e.Id));
        Assert.Equal(0, (await MoveAsync(store)).Taken);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_leaves_nothing_and_one_held_open_delays_its_own_events_alone()
    {
        var store = await OpenAsync();
        await using var slow = await ConnectAsync();
        await using var other = await ConnectAsync();
        await using var held = await slow.BeginTransactionAsync(Cancel);
        var late = await EventOutbox.Enlist(held).PublishAsync(Plain("1"), Cancel);
        await using (var undone = await other.BeginTransactionAsync(Cancel))
        {
            await EventOutbox.Enlist(undone).PublishAsync(Plain("2"), Cancel);
            await undone.RollbackAsync(Cancel);
        }

        Guid kept;
        await using (var done = await other.BeginTransactionAsync(Cancel))
        {
            kept = await EventOutbox.Enlist(done).PublishAsync(Plain("3"), Cancel);
            await done.CommitAsync(Cancel);
        }

        Assert.Equal([kept], (await MoveAsync(store)).Appended.Select(e => e.Id));
        await held.CommitAsync(Cancel);
        Assert.Equal([(late, 2L)], (await MoveAsync(store)).Appended.Select(e => (e.Id, e.Sequence)));
    }

    [Fact]
    public async Task Under_one_key_one_event_gets_into_the_log_even_when_two_transactions_use_it_at_once()
    {
        var store = await OpenAsync();
        await using var one = await ConnectAsync();
        await using var two = await ConnectAsync();
        await using (var left = await one.BeginTransactionAsync(Cancel))
        await using (var right = await two.BeginTransactionAsync(Cancel))
        {
            await EventOutbox.Enlist(left).PublishAsync([Plain("1") with { IdempotencyKey = "same" }, Plain("1") with { IdempotencyKey = "other" }], Cancel);
            await EventOutbox.Enlist(right).PublishAsync([Plain("1") with { IdempotencyKey = "same" }, Plain("2") with { IdempotencyKey = "other" }], Cancel);
            await right.CommitAsync(Cancel);
            await left.CommitAsync(Cancel);
        }

        var moved = await MoveAsync(store);

        Assert.Equal((2, 1, 1), (moved.Appended.Count, moved.Duplicates, moved.Conflicts.Count));
        Assert.Equal(moved.Appended[0].Id, await QueryAsync<Guid>("SELECT eventhub.publish('a.b', '1', idempotency_key => 'same')"));
        Assert.Equal(0, (await MoveAsync(store)).Taken);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("SELECT eventhub.publish('a.b', '7', idempotency_key => 'same')"));
        Assert.Contains("idempotency_key 'same' was used before, for other content", refused.MessageText);

        // What was refused is there to be found, with what stands in its place.
        Assert.Equal(
            (moved.Conflicts[0].Id, $"{moved.Conflicts[0].Type} other 2 {moved.Appended[1].Id}"),
            (await QueryAsync<Guid>("SELECT id FROM eventhub.refused_events"), await QueryAsync<string>("SELECT concat_ws(' ', type, idempotency_key, payload, used_by) FROM eventhub.refused_events")));
        Assert.Contains(await FindingsAsync(), finding => !finding.IsFine && finding.Text.Contains("1 events that transactions published were refused", StringComparison.Ordinal));
        await ExecuteAsync("DELETE FROM eventhub.refused_events");
        Assert.DoesNotContain(await FindingsAsync(), finding => finding.Text.Contains("were refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hubs_limit_of_an_events_size_holds_for_what_is_staged_once_it_looks()
    {
        var store = await OpenAsync();
        const string Publish = "SELECT eventhub.publish('a.b', to_json(repeat('x', 2998)))";
        await store.Outbox!.MoveAsync(Move() with { MaxEventBytes = 2999 }, Cancel);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(Publish));
        Assert.Equal("payload and metadata are 3000 bytes; at most 2999 are allowed", refused.MessageText);
        await store.Outbox.MoveAsync(Move() with { MaxEventBytes = 3000 }, Cancel);
        await ExecuteAsync(Publish);

        Assert.Equal(1, (await MoveAsync(store)).Taken);
    }

    [Fact]
    public async Task What_waits_is_counted_with_the_age_of_the_oldest()
    {
        var store = await OpenAsync();
        Assert.Equal(default, await store.Outbox!.GetBacklogAsync(Cancel));
        await ExecuteAsync("SELECT eventhub.publish('a.b', '1'), eventhub.publish('a.b', '2'); UPDATE eventhub_data.outbox SET staged_at = staged_at - interval '1 hour' WHERE payload = '1'");

        var backlog = await store.Outbox.GetBacklogAsync(Cancel);

        Assert.Equal(2, backlog.Waiting);
        Assert.InRange(backlog.OldestAge, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
    }

    [Fact(Timeout = 300_000)]
    public async Task Hubs_that_move_at_once_while_connections_break_lose_nothing_and_move_nothing_twice()
    {
        var stores = new[] { await OpenAsync(), await OpenAsync(), await OpenAsync() };
        using var done = new CancellationTokenSource();
        var moving = stores.Select(store => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    try
                    {
                        await store.Outbox!.MoveAsync(Move() with { MaxEvents = 7 }, Cancel);
                    }
                    catch (StorageException e) when (e.Failure is StorageFailure.CommitFailed or StorageFailure.Unavailable)
                    {
                        await Task.Yield();
                    }
                }
            },
            Cancel)).ToList();
        var published = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                var ids = new List<Guid>();
                await using var connection = await ConnectAsync("writer");
                for (var n = 0; n < 40; n++)
                {
                    await using var transaction = await connection.BeginTransactionAsync(Cancel);
                    ids.Add(await EventOutbox.Enlist(transaction).PublishAsync(Plain($"{n}") with { Source = $"w{writer}" }, Cancel));
                    await transaction.CommitAsync(Cancel);
                    if (writer == 0 && n % 10 == 9) await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'eventhub'");
                }

                return ids;
            },
            Cancel)));

        while (await QueryAsync<long>("SELECT count(*) FROM eventhub_data.outbox") > 0) await Task.Yield();
        await done.CancelAsync();
        await Task.WhenAll(moving);

        Assert.Equal(320L, await QueryAsync<long>("SELECT head FROM eventhub_data.log"));
        for (var writer = 0; writer < 8; writer++)
        {
            Assert.Equal(published[writer], await QueryAsync<Guid[]>($"SELECT array_agg(id ORDER BY sequence) FROM eventhub_data.events WHERE source = 'w{writer}'"));
        }

        Assert.Empty(await stores[0].CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_role_that_may_only_publish_can_do_just_that()
    {
        var store = await OpenAsync();
        await ExecuteAsync("DROP ROLE IF EXISTS only_publishes");
        await ExecuteAsync("CREATE ROLE only_publishes LOGIN; GRANT USAGE ON SCHEMA eventhub TO only_publishes");
        var app = Database.Replace("Username=postgres", "Username=only_publishes", StringComparison.Ordinal);
        const string Publish = "SELECT eventhub.publish('a.b', '1', idempotency_key => 'k')";
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(app, Publish))).SqlState);

        await ExecuteAsync("GRANT EXECUTE ON FUNCTION eventhub.publish TO only_publishes");
        await TestDatabase.ExecuteAsync(app, Publish);

        Assert.Equal(1, (await MoveAsync(store)).Taken);
        foreach (var sql in (string[])["SELECT * FROM eventhub_data.outbox", "SELECT * FROM eventhub.events", "DELETE FROM eventhub.subscribers"])
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(app, sql))).SqlState);
        }

        await ExecuteAsync("DROP OWNED BY only_publishes; DROP ROLE only_publishes");
    }

    [Fact]
    public async Task What_breaks_a_rule_is_refused_when_it_is_published()
    {
        await OpenAsync();
        (NewEvent Event, string Expected)[] bad =
        [
            (Plain("1") with { Type = "a b" }, "type 'a b' contains white space"), (Plain("1") with { Type = "" }, "type must not be empty"),
            (Plain("1") with { Type = "a.*" }, "type 'a.*' contains *"), (Plain("{"), "json"), (Plain("1 2"), "json"),
            (Plain("1") with { Metadata = "[]"u8.ToArray() }, "metadata is not a JSON object"), (Plain("1") with { Version = "" }, "version must not be empty"),
            (Plain("1") with { UserId = new string('x', 256) }, "user_id is 256 characters long; at most 255"), (Plain("1") with { Subject = "a\nb" }, "subject contains a control character"),
            (Plain($"\"{new string('x', 1 << 20)}\""), "payload and metadata are 1048578 bytes; at most 1048576"), (Plain("1") with { IdempotencyKey = "" }, "idempotency_key must not be empty"),
            (Plain("1") with { TraceParent = "x" }, "trace_parent is not"), (Plain("") with { Type = "a.b" }, "payload is required"),
        ];
        await using var connection = await ConnectAsync();
        foreach (var (item, expected) in bad)
        {
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            var refused = await Assert.ThrowsAsync<ArgumentException>(() => EventOutbox.Enlist(transaction).PublishAsync(item, Cancel));
            Assert.Contains(expected, refused.Message);
        }

        await using var ended = await connection.BeginTransactionAsync(Cancel);
        var outbox = EventOutbox.Enlist(ended);
        await ended.CommitAsync(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => outbox.PublishAsync(Plain("1"), Cancel));
        Assert.Throws<InvalidOperationException>(() => EventOutbox.Enlist(ended));
        Assert.Equal(0L, await QueryAsync<long>("SELECT count(*) FROM eventhub_data.outbox"));
    }

    [Fact]
    public async Task A_turn_takes_no_more_than_it_is_told_but_always_something()
    {
        var store = await OpenAsync();
        await ExecuteAsync("SELECT eventhub.publish('a.b', n::text) FROM generate_series(1, 10) n");

        Assert.Equal(1, (await store.Outbox!.MoveAsync(Move() with { MaxBytes = 1 }, Cancel)).Taken);
        Assert.Equal(4, (await store.Outbox!.MoveAsync(Move() with { MaxEvents = 4 }, Cancel)).Taken);
        Assert.Equal(5, (await MoveAsync(store)).Taken);
    }

    private static NewEvent Plain(string payload) => new() { Type = "a.b", Payload = Encoding.UTF8.GetBytes(payload) };

    private static NewEvent Full() => new()
    {
        Type = "größe.заказ.作成", Payload = "{\"b\":1.0,\"a\":9007199254740993,\"n\":\"\\u0000\"}"u8.ToArray(), Metadata = "{ \"z\" : [ 1 ,2] }"u8.ToArray(), Version = "v2", Source = "urn:x:\"q\"\\b",
        Subject = "c '; --", OrganizationId = "org-😀", UserId = "é≠e\u0301", SessionId = "%_[]", Schema = "s", TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    private static Event Expected(Guid id) => new()
    {
        Id = id, Type = Full().Type, Payload = Full().Payload, Metadata = Full().Metadata, Version = "v2", Source = Full().Source!, Subject = Full().Subject, OrganizationId = Full().OrganizationId,
        UserId = Full().UserId, SessionId = Full().SessionId, Schema = "s", TraceParent = Full().TraceParent, InstanceId = "mover", CreatedAt = Make.Time,
    };

    private static OutboxMove Move() => new() { MaxEvents = 100, MaxBytes = 1 << 20, Now = Make.Time, KeyWindow = TimeSpan.FromDays(3650), MaxEventBytes = 1 << 20, InstanceId = "mover" };

    private static ValueTask<OutboxMoved> MoveAsync(PostgresStore store) => store.Outbox!.MoveAsync(Move(), Cancel);

    private Task<IReadOnlyList<Finding>> FindingsAsync() => new PostgresDoctor(new PostgresOptions { ConnectionString = Database }, TimeProvider.System).ExamineAsync(Cancel);

    private async Task<NpgsqlConnection> ConnectAsync(string name = "test")
    {
        var connection = new NpgsqlConnection($"{Database};Pooling=false;Application Name={name}");
        await connection.OpenAsync(Cancel);
        return connection;
    }
}
