using System.Net.Sockets;
using System.Text;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.AspNetCore.Rpc;
using EventHub.Events;
using EventHub.Publishing;
using EventHub.Server.Tests.EndToEnd;
using EventHub.Sqlite;
using EventHub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Tests.Http;

/// <summary>With a store that answers on its own thread.</summary>
public sealed class StoreThreadTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_request_sent_without_waiting_for_the_publish_before_it_does_not_run_where_the_store_writes()
    {
        await using var hub = await StartAsync(app => app.MapGet("/thread", () => $"thread: {Thread.CurrentThread.Name}"));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", hub.Client.BaseAddress!.Port, HubHost.Token);
        var stream = client.GetStream();
        const string Body = """{"type":"a","payload":1}""";

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}GET /thread HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            HubHost.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answers = await reader.ReadToEndAsync(HubHost.Token);

        Assert.StartsWith("HTTP/1.1 202", answers, StringComparison.Ordinal);
        Assert.Contains("thread: .NET TP Worker", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publish_over_RPC_ends_on_the_pool_so_that_no_call_behind_it_runs_where_the_store_writes()
    {
        await using var hub = await StartAsync();
        var publishing = hub.Services.GetRequiredService<RpcPublishing>();
        var one = RawJson.Write(0, static (writer, _) => WriteEvent(writer));
        var batch = RawJson.Write(0, static (writer, _) =>
        {
            writer.WriteStartArray();
            WriteEvent(writer);
            writer.WriteEndArray();
        });

        // Where the commit is faster than this thread, nothing goes on elsewhere.
        var intake = hub.Services.GetRequiredService<EventIntake>();
        var threads = new List<string?>();
        for (var i = 0; i < 1000 && !threads.Contains("eventhub-sqlite-writer"); i++)
        {
            threads.Add(await ThreadAfterAsync(() => intake.PublishAsync(new NewEvent { Type = "a", Payload = "1"u8.ToArray() }, null, null, HubHost.Token).AsTask()));
        }

        Assert.Contains("eventhub-sqlite-writer", threads);
        Assert.Equal(".NET TP Worker", await ThreadAfterAsync(() => publishing.PublishAsync(one, HubHost.Token)));
        Assert.Equal(".NET TP Worker", await ThreadAfterAsync(() => publishing.PublishBatchAsync(batch, HubHost.Token)));
    }

    private static async Task<string?> ThreadAfterAsync(Func<Task> call)
    {
        await call();
        return Thread.CurrentThread.Name;
    }

    private static void WriteEvent(System.Text.Json.Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "a");
        writer.WriteNumber("payload", 1);
        writer.WriteEndObject();
    }

    private Task<HubHost> StartAsync(Action<WebApplication>? map = null) =>
        HubHost.StartAsync(store: clock => new SqliteStore(new SqliteOptions { DataDirectory = _directory.Path, AnswersOnWriter = true }, clock), map: map);
}
