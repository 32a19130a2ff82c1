using System.Net;
using System.Text;
using System.Text.Json;
using EventHub.AspNetCore.Hosting;
using EventHub.Hosting;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EventHub.Server.Tests.Http;

/// <summary>A hub behind a real Kestrel on a port of 127.0.0.1, with the memory store or the one given, and a client to it.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _isDisposed;

    private HubHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<HubHost> StartAsync(HubOptions? options = null, Func<TimeProvider, IHubStore>? store = null, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (store is not null) builder.Services.AddSingleton(p => store(p.GetRequiredService<TimeProvider>()));
        services?.Invoke(builder.Services);
        builder.Services.AddEventHub(options).AddEventHubHttp();
        var app = builder.Build();
        app.UseEventHub();
        app.MapEventHub();
        map?.Invoke(app);
        await app.StartAsync(Token);
        return new HubHost(app);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, body, all);
    }

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Body(json, "application/json"), headers);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public static StringContent Body(string text, string? contentType)
    {
        var content = new StringContent(text, Encoding.UTF8);
        content.Headers.ContentType = null;
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    public async Task<int> CountAsync() => (await GetAsync("/events?limit=1000")).Json.GetProperty("count").GetInt32();

    /// <summary>Stops the hub; the client goes on.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    /// <summary>What came back.</summary>
    internal sealed record Answer(HttpStatusCode Code, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public int Status => (int)Code;

        public JsonElement Json => JsonElement.Parse(Body);

        public string Text(string property) => Json.GetProperty(property).ToString();

        public string Header(string name) => Headers.GetValueOrDefault(name, "");

        /// <summary>The fields <c>errors</c> names, after checking that the body is what every error's body is.</summary>
        public IEnumerable<string> ErrorFields()
        {
            Assert.Equal("application/problem+json", Header("Content-Type"));
            Assert.Equal(Status, Json.GetProperty("status").GetInt32());
            Assert.NotEmpty(Json.GetProperty("type").GetString()!);
            Assert.NotEmpty(Json.GetProperty("title").GetString()!);
            Assert.NotEmpty(Json.GetProperty("error").GetString()!);
            return Json.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];
        }
    }
}
