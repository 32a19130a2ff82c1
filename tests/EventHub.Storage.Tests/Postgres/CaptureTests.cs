using System.Text;
using System.Text.Json;
using EventHub.Events;
using EventHub.Postgres;
using EventHub.Storage.Conformance.Support;
using Npgsql;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>Tables whose changes become events.</summary>
public sealed class CaptureTests : PostgresTest
{
    [Fact]
    public async Task Inserts_updates_and_deletes_of_a_captured_table_become_events_with_the_row_and_the_old_one()
    {
        var store = await OpenAsync();
        await ExecuteAsync("CREATE TABLE orders (id bigint PRIMARY KEY, note text, total numeric, doc json)");
        Assert.Equal("public.orders.*", await QueryAsync<string>("SELECT eventhub.capture('orders')"));
        await ExecuteAsync("""INSERT INTO orders VALUES (9007199254740993, 'größe 😀', 1.50, '{"b":1.0,"a":"\u0000"}')""");
        await ExecuteAsync("UPDATE orders SET note = NULL; DELETE FROM orders");
        await ExecuteAsync("BEGIN; INSERT INTO orders VALUES (2, 'undone', 1, NULL); ROLLBACK");

        var events = await MoveAsync(store);

        Assert.Equal(["public.orders.create", "public.orders.update", "public.orders.delete"], events.Select(e => e.Type));
        Assert.All(events, e => Assert.Equal(("9007199254740993", "postgres", "public", "orders"), (e.Subject, e.Source, e.Schema, e.Entity)));
        var (created, updated, deleted) = (Payload(events[0]), Payload(events[1]), Payload(events[2]));
        Assert.Equal("""{"id":9007199254740993,"note":"größe 😀","total":1.50,"doc":{"b":1.0,"a":"\u0000"}}""", created.GetProperty("row").GetRawText());
        Assert.Equal(9007199254740993, created.GetProperty("key").GetProperty("id").GetInt64());
        Assert.Equal(JsonValueKind.Null, created.GetProperty("old").ValueKind);
        Assert.Equal((JsonValueKind.Null, "größe 😀"), (updated.GetProperty("row").GetProperty("note").ValueKind, updated.GetProperty("old").GetProperty("note").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (deleted.GetProperty("row").ValueKind, deleted.GetProperty("old").GetProperty("note").ValueKind));

        // Off again; and on twice is on once.
        Assert.True(await QueryAsync<bool>("SELECT eventhub.uncapture('orders')"));
        Assert.False(await QueryAsync<bool>("SELECT eventhub.uncapture('orders')"));
        await ExecuteAsync("INSERT INTO orders VALUES (3, 'unseen', 1, NULL)");
        await ExecuteAsync("SELECT eventhub.capture('orders'); SELECT eventhub.capture('orders'); INSERT INTO orders VALUES (4, 'seen', 1, NULL)");
        Assert.Equal("4", Assert.Single(await MoveAsync(store)).Subject);
    }

    [Fact]
    public async Task Keys_of_several_columns_tables_without_one_partitions_and_names_of_all_kinds()
    {
        var store = await OpenAsync();
        await ExecuteAsync(
            """
            CREATE SCHEMA "Größe"; CREATE TABLE "Größe"."Таблица" (a integer, b text, c text, PRIMARY KEY (b, a)); SELECT eventhub.capture('"Größe"."Таблица"', leave_out => '{c}');
            CREATE TABLE nokey (v text); SELECT eventhub.capture('nokey');
            CREATE TABLE parted (id integer PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (9); SELECT eventhub.capture('parted');
            CREATE TABLE "my table" (id integer PRIMARY KEY); SELECT eventhub.capture('"my table"', type => 'shop.things');
            INSERT INTO "Größe"."Таблица" VALUES (1, E'x\ny', 'secret'); ALTER TABLE "Größe"."Таблица" RENAME b TO d; UPDATE "Größe"."Таблица" SET a = 2;
            INSERT INTO nokey VALUES ('v'); INSERT INTO parted VALUES (5); INSERT INTO "my table" VALUES (7);
            """);

        var events = await MoveAsync(store);

        Assert.Equal(
            ["Größe.Таблица.create x y,1", "Größe.Таблица.update x y,2", "public.nokey.create ", "public.parted.create 5", "shop.things.create 7"], events.Select(e => $"{e.Type} {e.Subject}"));
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(events[0].Payload.Span));
        Assert.Equal("x\ny", Payload(events[1]).GetProperty("key").GetProperty("d").GetString());
        Assert.Equal(4L, await QueryAsync<long>("SELECT count(*) FROM eventhub.captured_tables"));
    }

    [Fact]
    public async Task What_cannot_be_captured_is_refused_with_what_to_do()
    {
        await OpenAsync();
        await ExecuteAsync("""CREATE TABLE "my table" (id integer); CREATE TABLE "a.b" (id integer); CREATE VIEW v AS SELECT 1; CREATE TABLE t (id integer)""");
        (string Call, string Expected)[] bad =
        [
            ("""'"my table"'""", "events of \"my table\" cannot be called 'public.my table.create'"), ("""'"a.b"'""", "cannot be called 'public.a.b.create'"), ("'v'", "v is not a table"),
            ("'eventhub_data.outbox'", "tables of schema eventhub_data cannot be captured"), ("'t', leave_out => '{nope}'", "there is no column 'nope' in t"),
            ("'t', type => 'a b'", "cannot be called 'a b.create'"), ("NULL", "NULL is not a table"),
        ];
        foreach (var (call, expected) in bad)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync($"SELECT eventhub.capture({call})"));
            Assert.Contains(expected, refused.MessageText);
            Assert.NotNull(refused.Hint);
        }

        Assert.Equal(0L, await QueryAsync<long>("SELECT count(*) FROM eventhub.captured_tables"));
    }

    [Fact]
    public async Task Who_may_write_the_table_needs_no_right_in_the_hub_and_its_owner_can_switch_capture_on_when_allowed()
    {
        var store = await OpenAsync();
        await ExecuteAsync("DROP ROLE IF EXISTS owns_tables; DROP ROLE IF EXISTS writes_tables");
        await ExecuteAsync("CREATE ROLE owns_tables LOGIN; CREATE ROLE writes_tables LOGIN; GRANT CREATE ON SCHEMA public TO owns_tables");
        var owner = Database.Replace("Username=postgres", "Username=owns_tables", StringComparison.Ordinal);
        await TestDatabase.ExecuteAsync(owner, "CREATE TABLE t (id integer PRIMARY KEY); GRANT INSERT ON t TO writes_tables");
        await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(owner, "SELECT eventhub.capture('t')"));

        await ExecuteAsync("GRANT USAGE ON SCHEMA eventhub TO owns_tables; GRANT EXECUTE ON FUNCTION eventhub.capture, eventhub.uncapture, eventhub.captured TO owns_tables");
        await TestDatabase.ExecuteAsync(owner, "SELECT eventhub.capture('t')");
        await TestDatabase.ExecuteAsync(Database.Replace("Username=postgres", "Username=writes_tables", StringComparison.Ordinal), "INSERT INTO t VALUES (1)");

        Assert.Equal("public.t.create", Assert.Single(await MoveAsync(store)).Type);
        await ExecuteAsync("DROP OWNED BY owns_tables, writes_tables; DROP ROLE owns_tables, writes_tables");
    }

    [Fact(Timeout = 300_000)]
    public async Task Changes_of_a_row_by_many_at_once_come_in_the_order_they_were_made()
    {
        var store = await OpenAsync();
        await ExecuteAsync("CREATE TABLE counters (id integer PRIMARY KEY, n integer); INSERT INTO counters VALUES (1, 0), (2, 0); SELECT eventhub.capture('counters')");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++) await ExecuteAsync($"UPDATE counters SET n = n + 1 WHERE id = {(writer % 2) + 1}");
            },
            Cancel)));

        var events = await MoveAsync(store);

        foreach (var row in events.GroupBy(e => e.Subject))
        {
            Assert.Equal(Enumerable.Range(1, 80), row.Select(e => Payload(e).GetProperty("row").GetProperty("n").GetInt32()));
        }
    }

    private static JsonElement Payload(Event item)
    {
        using var document = JsonDocument.Parse(item.Payload);
        return document.RootElement.Clone();
    }

    private static async Task<IReadOnlyList<Event>> MoveAsync(PostgresStore store) => (await store.Outbox!.MoveAsync(
        new OutboxMove { MaxEvents = 1000, MaxBytes = 1 << 20, Now = Make.Time, KeyWindow = TimeSpan.FromDays(1), MaxEventBytes = 1 << 20, InstanceId = "mover" }, Cancel)).Appended;
}
