using System.Text;
using System.Text.Json;
using EventHub.Events;
using EventHub.Sqlite.Native;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class FidelityTests : IAsyncDisposable
{
    private const string RealEvents = "shared/data/github-events.ndjson";
    private readonly SqliteFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Real_payloads_come_back_byte_for_byte_also_after_reopening()
    {
        var sent = LoadRealEvents();
        Assert.Equal(329, sent.Length);
        var store = await _folder.OpenAsync();
        foreach (var chunk in sent.Chunk(50)) await store.Log.AppendAsync(SqliteFolder.Request(chunk), Cancel);
        await store.DisposeAsync();

        var reopened = await _folder.OpenAsync();
        var stored = (await reopened.Log.ReadAsync(0, 1000, long.MaxValue, null, Cancel)).Events;

        Assert.Equal(sent.Length, stored.Count);
        for (var i = 0; i < sent.Length; i++)
        {
            Assert.Equal(sent[i].Type, stored[i].Type);
            Assert.Equal(sent[i].Source, stored[i].Source);
            Assert.True(sent[i].Payload.Span.SequenceEqual(stored[i].Payload.Span), $"The payload of event {i + 1} ({sent[i].Type}) came back changed.");
        }
    }

    [Theory]
    [InlineData("\"\\u0000 and \\ud83d\\ude00\"")]
    [InlineData("{\"b\":1.0,\"a\":9007199254740993,\"a\":2}")]
    [InlineData(" [ 1 , 2 ] ")]
    [InlineData("\"😀 ￿ \u2028 e\u0301 \"")]
    [InlineData("null")]
    public async Task Payloads_are_neither_parsed_nor_normalized(string payload)
    {
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: payload)), Cancel);

        var stored = (await store.Log.GetAsync([1], Cancel))[0];

        Assert.Equal(payload, Encoding.UTF8.GetString(stored.Payload.Span));
    }

    [Fact]
    public async Task Text_fields_keep_every_character_and_empty_is_not_absent()
    {
        var sent = new Event
        {
            Id = Guid.CreateVersion7(SqliteFolder.Time), Type = "größe.作成.😀", Version = "", Source = "a\0b", Subject = "", Payload = "1"u8.ToArray(),
            CreatedAt = SqliteFolder.Time, OrganizationId = new string('ü', 5000), UserId = "", SessionId = "'; DROP TABLE events; --",
        };
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(SqliteFolder.Request(sent), Cancel);

        var stored = (await store.Log.FindAsync(sent.Id, Cancel))!;

        Assert.Equal((sent.Type, "", sent.Source, ""), (stored.Type, stored.Version, stored.Source, stored.Subject));
        Assert.Equal((sent.OrganizationId, "", sent.SessionId, null), (stored.OrganizationId, stored.UserId, stored.SessionId, stored.InstanceId));
        Assert.True(stored.Metadata.IsEmpty);
        Assert.True(stored.CloudEvent.IsEmpty);
    }

    [Fact]
    public async Task A_payload_of_a_megabyte_is_kept_whole()
    {
        var payload = Encoding.UTF8.GetBytes($"\"{new string('é', 600_000)}\"");
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(
            SqliteFolder.Request(new Event { Id = Guid.CreateVersion7(SqliteFolder.Time), Type = "t", Payload = payload, CreatedAt = SqliteFolder.Time }), Cancel);

        var stored = (await store.Log.GetAsync([1], Cancel))[0];
        Assert.True(payload.AsSpan().SequenceEqual(stored.Payload.Span));
    }

    [Fact]
    public async Task People_with_the_sqlite_shell_can_read_payloads_as_json()
    {
        var store = await _folder.OpenAsync();
        await store.Log.AppendAsync(SqliteFolder.Request(SqliteFolder.Event(payload: "{\"name\":\"Zoë\"}")), Cancel);

        using var shell = SqliteConnection.Open(_folder.Database, create: false);

        Assert.Equal("text", shell.QueryText("SELECT typeof(payload) FROM events"));
        Assert.Equal("Zoë", shell.QueryText("SELECT json_extract(payload, '$.name') FROM events"));
    }

    [Fact]
    public async Task A_subscription_that_an_older_version_stored_is_read_with_defaults()
    {
        var store = await _folder.OpenAsync();
        await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = Make.Subscription("s"), ExpectedVersion = 0 }, Cancel);

        await SqliteFolder.OnWriterAsync(store, connection => connection.Execute($"UPDATE subscription_versions SET document = '{OlderSubscription.Document}'"));

        OlderSubscription.AssertRead((await store.Dispatches.LoadSubscriptionsAsync(Cancel))[^1].Subscription);
    }

    private static Event[] LoadRealEvents()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, RealEvents);
            if (File.Exists(path)) return [.. File.ReadLines(path).Select(Parse)];
        }

        throw new FileNotFoundException($"'{RealEvents}' is in no folder above {AppContext.BaseDirectory}; this test needs it.");
    }

    private static Event Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new Event
        {
            Id = Guid.CreateVersion7(SqliteFolder.Time), Type = root.GetProperty("type").GetString()!, Source = root.GetProperty("source").GetString()!,
            Payload = Encoding.UTF8.GetBytes(root.GetProperty("payload").GetRawText()), CreatedAt = SqliteFolder.Time,
        };
    }
}
