using EventHub.Events;
using System.Diagnostics;
using System.Globalization;
using EventHub.Sqlite;
using EventHub.Sqlite.Native;
using EventHub.Sqlite.Schema;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class OpeningTests : IAsyncDisposable
{
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task A_second_store_in_the_same_directory_is_refused_and_told_who_has_it()
    {
        await _folder.OpenAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());

        Assert.Equal(StorageFailure.InUse, refused.Failure);
        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_free_again_once_its_store_is_disposed()
    {
        await (await _folder.OpenAsync()).DisposeAsync();

        var store = await _folder.OpenAsync();

        await store.PingAsync(Cancel);
    }

    [Fact]
    public async Task A_directory_whose_process_was_killed_is_free_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "flock(1) stands in for the other process.");
        using var holder = Process.Start(new ProcessStartInfo("flock")
        {
            ArgumentList = { "-o", Path.Combine(_folder.Path, "eventhub.lock"), "-c", "echo held; cat" }, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Cancel));
        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());
        Assert.Equal(StorageFailure.InUse, refused.Failure);

        holder.Kill(); // SIGKILL
        await holder.WaitForExitAsync(Cancel);

        await (await _folder.OpenAsync()).PingAsync(Cancel);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions_and_left_as_it_is()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        WithDatabase(connection => connection.Execute("PRAGMA user_version = 99"));

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());

        Assert.Equal(StorageFailure.NewerSchema, refused.Failure);
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
        Assert.Contains("up to 4", refused.Message, StringComparison.Ordinal);
        WithDatabase(connection => Assert.Equal(99, connection.QueryInt64("PRAGMA user_version")));
    }

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_to_date_with_all_it_holds()
    {
        WithDatabase(connection =>
        {
            connection.Execute(Migration0001.Sql);
            connection.Execute($"PRAGMA application_id = {0x45764862}; PRAGMA user_version = 1");
            connection.Execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
                INSERT INTO events (sequence, id, type, version, source, created_at, organization_id, user_id, payload)
                SELECT i, randomblob(16), 'a.' || (i % 7), 'v1', 's' || (i % 3), i, CASE WHEN i % 2 = 0 THEN 'even' END, 'u' || i, '1' FROM n
                """);
            connection.Execute(
                """
                INSERT INTO subscriptions (key, id, version, deleted, next_generation) VALUES (1, 's', 1, 0, 2);
                INSERT INTO subscription_versions (key, version, effective_after, deleted, document)
                VALUES (1, 1, 3, 0, '{"id":"s","name":"s","events":["*"],"destination":{"type":"handler","name":"h"},"delivery":{"guarantee":"AtLeastOnce","concurrency":7}}');
                INSERT INTO leases (subscription, owner, token, expires_at) VALUES (1, NULL, 5, 0);
                INSERT INTO tracks (subscription, generation, floor, until) VALUES (1, 0, 42, NULL), (1, 1, 10, 20);
                """);
            connection.Execute("INSERT INTO time_blocks SELECT sequence / 1024, min(created_at), max(created_at) FROM events WHERE sequence < 2048 GROUP BY 1");
        });

        var store = await _folder.OpenAsync();

        Assert.Equal(2500, (await store.Log.GetStateAsync(Cancel)).Head);
        var query = new EventQuery { Types = [TypePattern.Parse("a.3")], Source = "s1", OrganizationId = "even", Limit = 1000 };
        long[] expected = [.. Enumerable.Range(1, 2500).Where(i => i % 7 == 3 && i % 3 == 1 && i % 2 == 0).Select(i => (long)i)];
        Assert.Equal(expected, (await store.Log.QueryAsync(query, Cancel)).Select(e => e.Sequence));
        Assert.Equal(expected.Reverse(), (await store.Log.QueryAsync(query with { Descending = true }, Cancel)).Select(e => e.Sequence));
        Assert.Equal([77], (await store.Log.QueryAsync(new EventQuery { UserId = "u77", Limit = 10 }, Cancel)).Select(e => e.Sequence));
        var (consumer, _) = await store.Consumers.SaveAsync(new ConsumerChange { Name = "c", Events = ["*"], Now = Make.Time }, Cancel);
        Assert.Equal(2500, consumer.Cursor);
        Assert.Equal(1, Assert.Single(await store.Dispatches.LoadSubscriptionsAsync(Cancel)).Subscription.Delivery.Partitions);
        Assert.Equal([new Lease(1, 6, Partition: 0, Layout: 1)], await store.Dispatches.AcquireLeasesAsync("a", TimeSpan.FromMinutes(1), 10, Cancel));
        Assert.Equal([new Track(0, 42, null), new Track(1, 10, 20)], (await store.Dispatches.LoadStateAsync(1, 0, Cancel)).Tracks);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        WithDatabase(connection => connection.Execute("CREATE TABLE cats (name TEXT); INSERT INTO cats VALUES ('Tom')"));

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());

        Assert.Equal(StorageFailure.Corrupt, refused.Failure);
        WithDatabase(connection => Assert.Equal("delete", connection.QueryText("PRAGMA journal_mode")));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(_folder.Database, string.Concat(Enumerable.Repeat("this is not a database. ", 500)), Cancel);

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());

        Assert.Equal(StorageFailure.Corrupt, refused.Failure);
        Assert.Contains(_folder.Database, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_refused_with_its_path()
    {
        var path = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(path, "", Cancel);

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync(o => o with { DataDirectory = path }));

        Assert.Equal(StorageFailure.ReadOnly, refused.Failure);
        Assert.Contains($"'{path}' is a file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_is_refused_and_lets_the_directory_go()
    {
        Directory.CreateDirectory(_folder.Database);

        var refused = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());

        Assert.Equal(StorageFailure.ReadOnly, refused.Failure);
        Assert.Contains(_folder.Database, refused.Message, StringComparison.Ordinal);
        Directory.Delete(_folder.Database);
        await (await _folder.OpenAsync()).PingAsync(Cancel);
    }

    [Fact]
    public async Task A_store_that_was_never_opened_says_so_and_can_be_disposed()
    {
        await using var store = new SqliteStore(new SqliteOptions { DataDirectory = _folder.Path });

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.Log.GetStateAsync(Cancel));

        Assert.Equal(StorageFailure.Closed, refused.Failure);
        Assert.Contains("OpenAsync", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_leaves_everything_in_the_database_file()
    {
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Events(100)), Cancel);

        await store.DisposeAsync();

        Assert.Equal(0, File.Exists(_folder.Wal) ? new FileInfo(_folder.Wal).Length : 0);
        WithDatabase(connection => Assert.Equal(100, connection.QueryInt64("SELECT count(*) FROM events")));
    }

    [Fact]
    public async Task The_epoch_is_eight_hex_digits()
    {
        var store = await _folder.OpenAsync();

        Assert.Matches("^[0-9a-f]{8}$", (await store.Log.GetStateAsync(Cancel)).Epoch);
    }

    [Fact]
    public async Task What_is_written_survives_power_loss_by_the_settings_of_the_connection()
    {
        var store = await _folder.OpenAsync();

        await SqliteFolder.OnWriterAsync(store, connection =>
        {
            Assert.Equal("wal", connection.QueryText("PRAGMA journal_mode"));
            Assert.Equal(2, connection.QueryInt64("PRAGMA synchronous")); // FULL
            Assert.Equal(0, connection.QueryInt64("PRAGMA wal_autocheckpoint"));
        });
    }

    private void WithDatabase(Action<SqliteConnection> action)
    {
        using var connection = SqliteConnection.Open(_folder.Database, create: true);
        action(connection);
    }
}
