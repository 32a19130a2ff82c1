using EventHub.PostgresServer;
using EventHub.Server.Verbs;
using Npgsql;

namespace EventHub.Server.Tests.Verbs;

/// <summary><c>migrate</c>, <c>doctor</c> and <c>check</c> on a real PostgreSQL.</summary>
public sealed class PostgresVerbTests
{
    [Fact]
    public async Task Migrate_makes_the_schema_and_doctor_and_check_find_nothing_wrong()
    {
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();

        Assert.Contains("schema version 0 is not", (await RunAsync(1, "doctor", database)).Replace("WRONG ", "", StringComparison.Ordinal));
        Assert.Contains("is up to date: head 0", await RunAsync(0, "migrate", database));
        Assert.DoesNotContain("WRONG", await RunAsync(0, "doctor", database));
        Assert.Contains("is sound: 0 events", await RunAsync(0, "check", database));
    }

    [Theory]
    [InlineData("INSERT INTO eventhub_data.migrations (version) VALUES (9999)", "schema version 9999 is a newer EventHub's")]
    [InlineData("DELETE FROM eventhub_data.partitions", "partitions reach to 0 only")]
    [InlineData("INSERT INTO eventhub_data.leases VALUES (1, NULL, 0, '-infinity')", "1 subscriptions have no process")]
    [InlineData(
        "SELECT eventhub.publish('a.b', '1'); UPDATE eventhub_data.outbox SET staged_at = staged_at - interval '5 minutes'",
        "1 events that transactions published wait to be taken into the log, the oldest for 300 s")]
    [InlineData("ALTER DATABASE {0} SET synchronous_commit = off", "a commit may be lost")]
    public async Task Doctor_names_what_is_wrong(string damage, string expected)
    {
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await RunAsync(0, "migrate", database);
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(damage.Replace("{0}", connection.Database, StringComparison.Ordinal), connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains(expected, Assert.Single((await RunAsync(1, "doctor", database)).Split('\n'), line => line.StartsWith("WRONG", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Doctor_says_when_there_are_too_few_connections()
    {
        var database = await (await TestServer.SharedAsync()).CreateDatabaseAsync();
        await RunAsync(0, "migrate", database);

        Assert.Contains("raise max_connections", await RunAsync(1, "doctor", database, "--db-max-connections", "900"));
    }

    [Fact]
    public async Task Doctor_says_that_a_database_cannot_be_reached() =>
        Assert.Contains("Database 'hub' at 127.0.0.1:1 cannot be reached", await RunAsync(1, "doctor", "Host=127.0.0.1;Port=1;Database=hub"));

    private static async Task<string> RunAsync(int expected, string verb, string database, params string[] more)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLineProgram.RunAsync([verb, "--store", "postgres", "--connection", database, .. more], output, error);
        Assert.True(code == expected, $"{verb} answered {code}:\n{output}{error}");
        return output.ToString();
    }
}
