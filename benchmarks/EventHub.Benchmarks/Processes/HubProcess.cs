using System.Text;
using System.Text.Json;

namespace EventHub.Benchmarks.Processes;

/// <summary>The hub's own executable in a process of its own, with its default settings and an empty data directory.</summary>
internal sealed class HubProcess : IDisposable
{
    private const string Listening = "EventHub listening on ";
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private HubProcess(ChildProcess process, string url)
    {
        _process = process;
        Url = url;
        _http = new HttpClient { BaseAddress = new Uri(url) };
    }

    public string Url { get; }

    public int ProcessId => _process.Id;

    public ChildProcess Process => _process;

    /// <param name="context">Where things lie.</param>
    /// <param name="store">Its store.</param>
    /// <param name="connection">How it reaches PostgreSQL, when that is its store.</param>
    public static async Task<HubProcess> StartAsync(BenchContext context, string store = "sqlite", string? connection = null)
    {
        var program = Path.Combine(context.Root, "src/EventHub.Server/bin/Release/net10.0/eventhub-server.dll");
        var process = ChildProcess.Start(
            Path.Combine(context.Root, "benchmarks/peers/while-open.sh"),
            [
                "-", "KILL", "dotnet", program, "serve", "--urls", "http://127.0.0.1:0", "--store", store, "--data", context.NewDirectory(),
                .. connection is null ? Array.Empty<string>() : ["--connection", connection],
            ],
            new Dictionary<string, string> { ["EVENTHUB_WEBHOOK_ALLOW_PRIVATE"] = "true" });
        while (true)
        {
            var line = await process.ReadLineAsync();
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at < 0) continue;
            process.DrainOutput();
            return new HubProcess(process, line[(at + Listening.Length)..].Split(' ')[0]);
        }
    }

    /// <summary>Makes a webhook; what is beyond its url and events is given as JSON fields. Returns its id.</summary>
    public async Task<string> AddWebhookAsync(string url, string events = "*", string more = "")
    {
        var answer = await SendAsync(HttpMethod.Post, "/webhooks", $$"""{"url":"{{url}}","events":["{{events}}"]{{more}}}""");
        return answer.GetProperty("webhookId").GetString()!;
    }

    public Task PatchWebhookAsync(string id, string json) => SendAsync(HttpMethod.Patch, $"/webhooks/{id}", json);

    public Task DeleteWebhookAsync(string id) => SendAsync(HttpMethod.Delete, $"/webhooks/{id}", null);

    public async Task<long> MetricAsync(string name)
    {
        var text = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return (long)text.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal) && l[name.Length] is '{' or ' ')
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..]));
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {body}");
        return JsonElement.Parse(body);
    }
}
