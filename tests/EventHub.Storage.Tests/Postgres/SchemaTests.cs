using EventHub.Postgres;
using EventHub.PostgresServer;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

public sealed class SchemaTests : PostgresTest
{
    [Fact]
    public async Task Many_processes_starting_at_once_on_an_empty_database_make_one_schema()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => OpenAsync(), Cancel)));

        var epochs = await Task.WhenAll(stores.Select(async store => (await store.Log.GetStateAsync(Cancel)).Epoch));
        Assert.Single(epochs.Distinct());
        var sequences = await Task.WhenAll(stores.Select(store => AppendAsync(store, Make.Event())));
        Assert.Equal(Enumerable.Range(1, 8).Select(n => (long)n), sequences.Select(result => result.Events[0].Sequence).Order());
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_named()
    {
        await (await OpenAsync()).DisposeAsync();
        await ExecuteAsync("INSERT INTO eventhub_data.migrations (version) VALUES (9999)");

        var refused = await Assert.ThrowsAsync<StorageException>(() => OpenAsync());

        Assert.Equal(StorageFailure.NewerSchema, refused.Failure);
        Assert.Contains("9999", refused.Message);
    }

    [Fact]
    public async Task A_user_without_rights_to_create_opens_a_schema_that_is_up_to_date()
    {
        await (await OpenAsync()).DisposeAsync();
        await ExecuteAsync("DROP ROLE IF EXISTS plain");
        await ExecuteAsync("CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA eventhub_data TO plain; GRANT ALL ON ALL TABLES IN SCHEMA eventhub_data TO plain");
        await ExecuteAsync("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA eventhub_data TO plain");

        var store = await OpenAsync(options: o => o with { ConnectionString = Database.Replace("Username=postgres", "Username=plain", StringComparison.Ordinal) });

        Assert.Equal(1, (await AppendAsync(store, Make.Event())).Events[0].Sequence);
        await store.DisposeAsync();
        await ExecuteAsync("DROP OWNED BY plain; DROP ROLE plain");
    }

    [Fact]
    public async Task A_user_who_may_not_create_the_schema_is_told_what_to_grant()
    {
        await ExecuteAsync("DROP ROLE IF EXISTS nobody_special");
        await ExecuteAsync("CREATE ROLE nobody_special LOGIN");

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => OpenAsync(options: o => o with { ConnectionString = Database.Replace("Username=postgres", "Username=nobody_special", StringComparison.Ordinal) }));

        Assert.Equal(StorageFailure.ReadOnly, refused.Failure);
        Assert.Contains("CREATE", refused.Message);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Database=hub;Username=u", "127.0.0.1:1")]
    public async Task A_server_that_is_not_there_is_named(string connection, string expected)
    {
        await using var store = new PostgresStore(new PostgresOptions { ConnectionString = connection });

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await store.OpenAsync(new RecordingObserver(), Cancel));

        Assert.Equal(StorageFailure.Unavailable, refused.Failure);
        Assert.Contains(expected, refused.Message);
        Assert.Contains("'hub'", refused.Message);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var server = await TestServer.SharedAsync();

        var refused = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(options: o => o with { ConnectionString = server.ConnectionString("nowhere") }));

        Assert.Contains("'nowhere'", refused.Message);
        Assert.Contains("Create it", refused.Message);
    }
}
