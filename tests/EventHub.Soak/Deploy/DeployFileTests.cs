using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Deploy;

/// <summary>What the files below <c>deploy</c> rely on is there: paths, probes, deadlines, connections.</summary>
public sealed partial class DeployFileTests
{
    /// <summary>What a stop takes at most beyond its shutdown timeout.</summary>
    private const int AfterDrain = 10;

    [Fact]
    public void Compose_has_connections_for_all_hubs_and_gives_them_time_to_stop()
    {
        var compose = new ComposeFile();
        var postgres = compose.Environment("postgres");
        var budget = 0;
        foreach (var hub in compose.Hubs)
        {
            var environment = compose.Environment(hub);
            Assert.Equal((postgres["POSTGRES_DB"], postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"]), (environment["DB_NAME"], environment["DB_USER"], environment["DB_PASSWORD"]));
            budget += compose.Replicas(hub) * int.Parse(environment["DB_MAX_CONNECTIONS"], CultureInfo.InvariantCulture);
            Assert.True(Seconds(compose.Services[hub]["stop_grace_period"].Text) > DefaultShutdownSeconds() + AfterDrain, $"{hub} is killed before its deadline");
        }

        var connections = Assert.Single(compose.Services["postgres"]["command"].Items, static item => item.Text.StartsWith("max_connections=", StringComparison.Ordinal)).Text;
        Assert.True(budget + 10 <= int.Parse(connections.Split('=')[1], CultureInfo.InvariantCulture), $"{budget} connections of the hubs, {connections}");
    }

    [Fact]
    public async Task Prometheus_of_compose_scrapes_every_hub_at_the_port_it_listens_on()
    {
        Assert.Equal("", await PromtoolAsync(DeployFiles.PathOf("prometheus.yaml")));
        var compose = new ComposeFile();
        var scraped = Assert.Single(Assert.Single(DeployFiles.Documents("prometheus.yaml"))["scrape_configs"].Items)["dns_sd_configs"].Items;
        Assert.Equal(compose.Hubs.Order(), Assert.Single(scraped)["names"].Items.Select(static name => name.Text).Order());
        Assert.All(compose.Hubs, hub => Assert.Equal($"http://*:{scraped[0]["port"].Text}", compose.Environment(hub)["EVENTHUB_URLS"]));
        var prometheus = compose.Services["prometheus"];
        Assert.Contains("127.0.0.1:9090:9090", prometheus["ports"].Items.Select(static port => port.Text));
        Assert.Contains("./prometheus.yaml:/etc/prometheus/prometheus.yml:ro", prometheus["volumes"].Items.Select(static volume => volume.Text));
    }

    [Fact]
    public async Task Kubernetes_probes_paths_that_answer_and_gives_time_to_stop()
    {
        var documents = DeployFiles.Documents("kubernetes.yaml");
        var deployments = documents.Where(static document => document["kind"].Text == "Deployment").ToList();
        var compose = new ComposeFile();
        Assert.Equal(
            compose.Hubs.Select(hub => (hub, compose.Replicas(hub))).Order(),
            deployments.Select(static d => (Container(d)["args"].Items[2].Text, d["spec"]["replicas"].Number)).Order());
        var settings = Assert.Single(documents, static document => document["kind"].Text == "ConfigMap")["data"].Entries.ToDictionary(static e => e.Key, static e => e.Value.Text);
        var secret = Assert.Single(documents, static document => document["kind"].Text == "Secret")["stringData"].Entries.Keys;
        Assert.Equal(["DB_PASSWORD"], secret);

        // The settings are read as a container would read them; only the database is none.
        var environment = new Dictionary<string, string>(settings) { ["EVENTHUB_URLS"] = "http://127.0.0.1:0", ["EVENTHUB_STORE"] = "memory" };
        foreach (var name in settings.Keys.Where(static name => name.StartsWith("DB_", StringComparison.Ordinal))) environment.Remove(name);
        await using var hub = HubProcess.Launch(environment);
        await hub.ListeningAsync();
        foreach (var deployment in deployments)
        {
            var container = Container(deployment);
            foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"]) await hub.GetAsync(container[probe]["httpGet"]["path"].Text);
            var pod = deployment["spec"]["template"]["spec"];
            var waits = int.Parse(container["lifecycle"]["preStop"]["exec"]["command"].Items[1].Text, CultureInfo.InvariantCulture);
            Assert.True(pod["terminationGracePeriodSeconds"].Number > waits + Seconds(settings["EVENTHUB_SHUTDOWN_TIMEOUT"]) + AfterDrain);
        }
    }

    [Fact]
    public void The_image_is_built_of_files_that_are_there()
    {
        var text = DeployFiles.Text("Dockerfile");
        var copied = CopyLine().Matches(text).SelectMany(static match => match.Groups["from"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, static path => Assert.True(Path.Exists(Path.Combine(DeployFiles.Root, path)), $"{path} is not there"));

        // A project that is not copied before the restore would not be restored.
        var projects = Directory.GetFiles(Path.Combine(DeployFiles.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(static path => Path.GetRelativePath(DeployFiles.Root, path));
        Assert.Equal(projects.Order(StringComparer.Ordinal), copied.Where(static path => path.EndsWith(".csproj", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"/app/eventhub-server.dll\"]", text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "eventhub-server.dll")));
    }

    private static YamlPart Container(YamlPart deployment) => Assert.Single(deployment["spec"]["template"]["spec"]["containers"].Items);

    private static double DefaultShutdownSeconds() => new Hosting.HubOptions().ShutdownTimeout.TotalSeconds;

    private static int Seconds(string duration) => int.Parse(duration.TrimEnd('s'), CultureInfo.InvariantCulture);

    private static async Task<string> PromtoolAsync(string config)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", ["check", "config", config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0 ? "" : $"exit code {process.ExitCode}: {output}{error}";
    }

    [GeneratedRegex(@"^COPY (?<from>(?!--)[^\n]+) \S+$", RegexOptions.Multiline)]
    private static partial Regex CopyLine();
}
