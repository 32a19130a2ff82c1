using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventHub.PostgresServer;
using EventHub.Soak.Processes;
using YamlDotNet.Serialization;

namespace EventHub.Soak.Deploy;

/// <summary>A real Prometheus with the configuration of <c>deploy/prometheus.yaml</c>, but that names of services stand for processes of this machine.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http;
    private readonly Process _process;

    private PrometheusProcess(Fleet fleet)
    {
        var port = FreePorts.Next();
        var config = Path.Combine(_directory.Path, "prometheus.yaml");
        File.WriteAllText(config, Configuration(fleet));
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var start = new ProcessStartInfo(
            "prometheus", [$"--config.file={config}", $"--storage.tsdb.path={_directory.Path}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]);
        _process = Process.Start(start)!;
    }

    public static PrometheusProcess Start(Fleet fleet) => new(fleet);

    /// <summary>Health of each target, by its address.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TargetsAsync()
    {
        if (await AskAsync("/api/v1/targets?state=active") is not { } answer) return new Dictionary<string, string>();
        return answer.GetProperty("activeTargets").EnumerateArray().ToDictionary(
            static target => target.GetProperty("labels").GetProperty("instance").GetString()!, static target => target.GetProperty("health").GetString()!);
    }

    /// <summary>The value of a query that gives one; <c>null</c> while it gives none.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        if (await AskAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}") is not { } answer) return null;
        var results = answer.GetProperty("result");
        return results.GetArrayLength() == 0 ? null : double.Parse(results[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _directory.Dispose();
    }

    private static string Configuration(Fleet fleet)
    {
        var config = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(DeployFiles.Text("prometheus.yaml"));
        foreach (var scrape in ((List<object>)config["scrape_configs"]).Cast<Dictionary<object, object>>())
        {
            Assert.True(scrape.Remove("dns_sd_configs", out var discovered));
            var services = ((List<object>)discovered!).Cast<Dictionary<object, object>>().SelectMany(static found => (List<object>)found["names"]).Cast<string>();
            var targets = services.SelectMany(fleet.Of).Select(static node => node.Hub.Http.BaseAddress!.Authority).ToList();
            scrape["static_configs"] = new[] { new Dictionary<string, object> { ["targets"] = targets } };
        }

        return new SerializerBuilder().Build().Serialize(config);
    }

    private async Task<JsonElement?> AskAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path, TestContext.Current.CancellationToken);
            if (!response.IsSuccessStatusCode) return null; // it is starting
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("data");
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return null; // it does not listen yet
        }
    }
}
