using EventHub.AspNetCore.Hosting;
using EventHub.Hosting;
using EventHub.Server.Configuration;
using EventHub.Server.Verbs;

namespace EventHub.Server.Tests.Configuration;

public sealed class SettingsTableTests
{
    // Their default text is prose.
    private static readonly string[] ProseDefaults = ["store", "connection", "config", "worker_id", "webhook_allowed_networks", "webhook_allow_private", "cors_origins", "allowed_hosts", "db_host"];

    [Fact]
    public void Keys_are_unique_and_in_one_spelling()
    {
        Assert.Equal(Settings.All.Count, Settings.All.Select(setting => setting.Key).Distinct().Count());
        Assert.All(Settings.All, setting => Assert.Matches("^[a-z]+(_[a-z]+)*$", setting.Key));
    }

    [Fact]
    public void The_default_that_help_tells_is_the_default()
    {
        var loaded = Loaded.From();
        foreach (var setting in Settings.All.Where(setting => !ProseDefaults.Contains(setting.Key)))
        {
            var told = Loaded.From([setting.Option, setting.DefaultText], "", null);
            Assert.Empty(told.Problems);
            Assert.Equal(Describe(loaded.Options), Describe(told.Options));
        }
    }

    private static string Describe(ServerOptions options) => options with { Urls = [], WebhookAllowedNetworks = [], DataDirectory = Path.GetFileName(options.DataDirectory) } + string.Join(';', options.Urls);

    [Fact]
    public void Without_settings_the_hub_runs_with_its_own_defaults()
    {
        var options = Loaded.From().Options;
        Assert.Equal(new HubOptions(), options.Hub);
        Assert.Equal(new StreamOptions(), options.Streams);
        Assert.Equal(new RpcOptions(), options.Rpc);
        Assert.Equal([], options.AllowedHosts); // on the loopback address, that is
        Assert.Empty(options.CorsOrigins);
    }

    [Fact]
    public void What_is_set_of_streams_and_origins_is_what_the_server_runs_with()
    {
        var options = Loaded.From("--stream-heartbeat 2s --stream-write-timeout 3s --max-streams 4 --cors-origins https://a.example,http://b.example:81").Options;
        Assert.Equal(new StreamOptions { HeartbeatInterval = TimeSpan.FromSeconds(2), WriteTimeout = TimeSpan.FromSeconds(3), MaxConnections = 4 }, options.Streams);
        Assert.Equal(["https://a.example", "http://b.example:81"], options.CorsOrigins);
        Assert.Equal(["https://c.example", "https://d.example"], Loaded.From("", "", "cors_origins: [https://c.example, https://d.example]").Options.CorsOrigins);
    }

    [Fact]
    public void What_is_set_of_rpc_is_what_the_server_runs_with()
    {
        var options = Loaded.From("--rpc-max-connections 1 --rpc-max-streams 2 --rpc-max-destinations 3 --rpc-max-calls 4 --rpc-keep-alive 5s --rpc-client-timeout 1m").Options;
        Assert.Equal(
            new RpcOptions
            {
                MaxConnections = 1, MaxStreamsPerConnection = 2, MaxDestinationsPerConnection = 3, MaxCallsPerConnection = 4,
                KeepAliveInterval = TimeSpan.FromSeconds(5), ClientTimeout = TimeSpan.FromMinutes(1),
            },
            options.Rpc);
    }

    [Fact]
    public void Names_are_checked_on_loopback_addresses_and_wherever_they_are_given()
    {
        Assert.Null(Loaded.From("--urls http://0.0.0.0:3000").Options.AllowedHosts);
        Assert.Equal(["hub.example.com", "10.0.0.1"], Loaded.From("--urls http://0.0.0.0:3000 --allowed-hosts hub.example.com,10.0.0.1").Options.AllowedHosts);
        Assert.Equal(["hub.example.com"], Loaded.From("--allowed-hosts hub.example.com").Options.AllowedHosts);
    }

    [Theory]
    [MemberData(nameof(Samples.Good), MemberType = typeof(Samples))]
    public void What_the_server_takes_the_hub_takes_too(string key, string first, string second, string third)
    {
        foreach (var value in (string[])[first, second, third])
            Assert.Empty(HubOptionsValidator.Validate(Loaded.From("", "", $"{key}: '{value}'").Options.Hub));
    }

    [Fact]
    public void Help_tells_of_every_setting_its_option_variables_default_and_purpose()
    {
        var help = HelpText.Verb("Usage: eventhub serve", "", Settings.All, "");
        var words = string.Join(' ', help.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (var setting in Settings.All)
        {
            Assert.Contains($"{setting.Option} ", words, StringComparison.Ordinal);
            Assert.Contains($"Default: {setting.DefaultText}. Environment: {setting.Environment}", words, StringComparison.Ordinal);
            Assert.Contains(setting.Help, words, StringComparison.Ordinal);
            if (setting.ClassicEnvironment is { } classic) Assert.Contains($"{setting.Environment} or {classic}.", words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("http://localhost:3000;http://[::1]:3001", true)]
    [InlineData("http://127.0.0.1:1;http://*:2", false)]
    [InlineData("http://0.0.0.0:3000", false)]
    [InlineData("http://127.0.0.1:1;h2c://[::]:2", false)]
    [InlineData("http://10.1.2.3:3000", false)]
    public void Webhooks_may_call_private_addresses_while_only_this_machine_can_register_them(string urls, bool expected)
    {
        Assert.Equal(expected, Loaded.From($"--urls {urls}").Options.WebhookAllowPrivate);
        Assert.True(Loaded.From($"--urls {urls} --webhook-allow-private").Options.WebhookAllowPrivate);
        Assert.False(Loaded.From($"--urls {urls} --webhook-allow-private false").Options.WebhookAllowPrivate);
    }

    [Fact]
    public void The_data_directory_is_relative_to_where_the_caller_is()
    {
        Assert.True(Path.IsPathFullyQualified(Loaded.From("--data some/where").Options.DataDirectory));
        Assert.EndsWith("/some/where", Loaded.From("--data ./some/where").Options.DataDirectory, StringComparison.Ordinal);
        Assert.Equal("/some/where", Loaded.From("--data /some/where").Options.DataDirectory);
    }
}
