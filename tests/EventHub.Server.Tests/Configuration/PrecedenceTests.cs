using EventHub.Server.Configuration;
using EventHub.Server.Configuration.Tables;

namespace EventHub.Server.Tests.Configuration;

public sealed class PrecedenceTests
{
    [Fact]
    public void Every_setting_has_samples() =>
        Assert.Equal(Settings.All.Where(setting => !setting.NotInFile).Select(setting => setting.Key).Order(), Samples.Keys.Order());

    [Theory]
    [MemberData(nameof(Samples.Good), MemberType = typeof(Samples))]
    public void Command_line_beats_environment_beats_file_beats_default(string key, string first, string second, string third)
    {
        var setting = Samples.Find(key);
        var option = $"{setting.Option} {first}";
        var variable = $"{setting.Environment}={second}";
        var file = $"{key}: '{third}'";

        Assert.Null(Loaded.From().Settings.Given(setting));
        AssertGiven(setting, third, "eventhub.yaml line 1", Loaded.From("", "", file));
        AssertGiven(setting, second, $"environment {setting.Environment}", Loaded.From("", variable, file));
        AssertGiven(setting, first, "command line", Loaded.From(option, variable, file));
        AssertGiven(setting, first, "command line", Loaded.From(option, "", file));
    }

    [Theory]
    [InlineData("PORT", "8080", "urls", "http://127.0.0.1:8080")]
    [InlineData("POLL_INTERVAL_MS", "7", "poll_interval_ms", "7")]
    [InlineData("BATCH_SIZE", "20", "batch_size", "20")]
    [InlineData("WEBHOOK_TIMEOUT_MS", "5000", "webhook_timeout_ms", "5000")]
    [InlineData("WORKER_ID", "w1", "worker_id", "w1")]
    [InlineData("STALE_TIMEOUT_SECONDS", "9", "stale_timeout_seconds", "9")]
    [InlineData("DB_PORT", "5433", "db_port", "5433")]
    [InlineData("DB_NAME", "n", "db_name", "n")]
    [InlineData("DB_USER", "u", "db_user", "u")]
    [InlineData("DB_PASSWORD", "p", "db_password", "p")]
    [InlineData("DB_MAX_CONNECTIONS", "8", "db_max_connections", "8")]
    public void Classic_variables_are_read_and_the_prefixed_name_wins(string classic, string value, string key, string expected)
    {
        var setting = Samples.Find(key);
        AssertGiven(setting, expected, $"environment {classic}", Loaded.From("", $"{classic}={value}"));
        var good = Samples.Good.Select(row => row.Data).First(row => row.Item1 == key).Item4;
        AssertGiven(setting, good, $"environment {setting.Environment}", Loaded.From("", $"{classic}={value}\n{setting.Environment}={good}"));
    }

    [Fact]
    public void An_empty_variable_counts_as_not_set()
    {
        var loaded = Loaded.From("", "EVENTHUB_DATA=\nEVENTHUB_URLS=\nPORT=4000", "data: fromfile");
        Assert.Empty(loaded.Problems);
        Assert.Equal("fromfile", loaded.Settings.Get(BasicTable.Data));
        Assert.Equal(4000, Assert.Single(loaded.Options.Urls).Port);
    }

    [Fact]
    public void A_value_that_is_overridden_is_not_judged()
    {
        var loaded = Loaded.From("--batch-size 5", "BATCH_SIZE=many", "batch_size: lots");
        Assert.Empty(loaded.Problems);
        Assert.Equal(5, loaded.Options.Hub.BatchSize);
    }

    [Fact]
    public void Lists_in_the_file_may_be_lists()
    {
        var loaded = Loaded.From("", "", "urls: ['http://127.0.0.1:1', 'http://[::1]:2']\nroles:\n  - api\n  - deliver\nwebhook-allowed-networks: [10.0.0.0/8]\n");
        Assert.Empty(loaded.Problems);
        Assert.Equal(2, loaded.Options.Urls.Count);
        Assert.Equal(EventHub.Hosting.HubRoles.Api | EventHub.Hosting.HubRoles.Deliver, loaded.Options.Hub.Roles);
        Assert.Equal("10.0.0.0/8", Assert.Single(loaded.Options.WebhookAllowedNetworks).ToString());
    }

    [Theory]
    [InlineData("--retention-hard", true)]
    [InlineData("--retention-hard true", true)]
    [InlineData("--retention-hard=false", false)]
    [InlineData("--retention-hard --store memory", true)]
    public void A_flag_needs_no_value(string arguments, bool expected)
    {
        var loaded = Loaded.From(arguments);
        Assert.Empty(loaded.Problems);
        Assert.Equal(expected, loaded.Options.Hub.RetentionHard);
    }

    private static void AssertGiven(Setting setting, string text, string origin, Loaded loaded)
    {
        var given = loaded.Settings.Given(setting);
        Assert.Equal((text, origin), (given?.Text, given?.Origin));
    }
}
