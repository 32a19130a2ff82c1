using EventHub.Events;
using EventHub.Storage.Conformance.Support;
using Xunit;

namespace EventHub.Storage.Conformance;

/// <summary>Appending: dense sequences, and everything comes back as it was sent.</summary>
public abstract class AppendTests<TProvider> : StoreTest<TProvider>
    where TProvider : StoreProvider, new()
{
    [Fact]
    public async Task An_empty_log_has_an_epoch_and_nothing_else()
    {
        var state = await Log.GetStateAsync(Cancel);

        Assert.Matches("^[0-9a-f]{8}$", state.Epoch);
        Assert.Equal((0L, 0L), (state.Head, state.Trimmed));
    }

    [Fact]
    public async Task The_first_event_ever_gets_sequence_1()
    {
        var sent = Make.Event();

        var result = await AppendAsync(sent);

        Assert.Equal([new AppendedEvent(sent.Id, 1, IsDuplicate: false)], result.Events);
        Assert.False(result.IsReplay);
        Assert.Null(result.ConflictIndex);
        Assert.Equal(1, await HeadAsync());
    }

    [Fact]
    public async Task Sequences_are_dense_across_requests_and_in_the_order_of_each()
    {
        var sent = Make.Events(6);

        var first = await AppendAsync(sent[0]);
        var second = await AppendAsync(sent[1..4]);
        var third = await AppendAsync(sent[4..]);

        AppendedEvent[] answers = [.. first.Events, .. second.Events, .. third.Events];
        Assert.Equal(sent.Select((e, i) => new AppendedEvent(e.Id, i + 1, IsDuplicate: false)), answers);
        Assert.Equal(sent.Select(e => e.Id), (await ReadAllAsync()).Select(e => e.Id));
    }

    [Fact]
    public async Task A_request_of_a_thousand_events_stands_in_the_log_as_sent()
    {
        var sent = Make.Events(1000);

        await AppendAsync(sent);

        var stored = await ReadAllAsync();
        Assert.Equal(sent.Select(e => e.Id), stored.Select(e => e.Id));
        EventAssert.Sequences(Enumerable.Range(1, 1000).Select(n => (long)n), stored);
    }

    [Fact]
    public async Task Every_way_of_reading_finds_an_event_right_after_its_append()
    {
        var sent = Make.FullEvent();

        await AppendAsync(sent);

        EventAssert.Same(sent, 1, Assert.Single(await ReadAllAsync()));
        EventAssert.Same(sent, 1, await Log.FindAsync(sent.Id, Cancel));
        EventAssert.Same(sent, 1, Assert.Single(await Log.GetAsync([1], Cancel)));
        EventAssert.Same(sent, 1, Assert.Single(await Log.QueryAsync(new EventQuery { Limit = 10 }, Cancel)));
    }

    [Fact]
    public async Task An_event_with_nothing_set_but_what_has_to_be_comes_back_so()
    {
        var sent = Make.BareEvent();

        await AppendAsync(sent);

        var stored = Assert.Single(await ReadAllAsync());
        EventAssert.Same(sent, 1, stored);
        Assert.True(stored.Metadata.IsEmpty);
        Assert.True(stored.CloudEvent.IsEmpty);
        Assert.Null(stored.Subject);
    }

    [Fact]
    public async Task An_empty_text_is_not_the_same_as_none()
    {
        var sent = new Event
        {
            Id = Guid.CreateVersion7(Make.Time), Type = "t", Payload = Make.Utf8("1"), CreatedAt = Make.Time, Subject = "", OrganizationId = "", UserId = "",
            SessionId = "", InstanceId = "", Schema = "", Entity = "", Operation = "", TraceParent = "",
        };

        await AppendAsync(sent);

        EventAssert.Same(sent, 1, Assert.Single(await ReadAllAsync()));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("{\"b\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData(" { \"spaced\" :\t[ 1 , 2 ]\r\n} ")]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("1E400")]
    [InlineData("9007199254740993")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("\"\ud83d\ude00 \u00e9 e\u0301 \u202e\"")]
    [InlineData("\"\\u0041\\/\\u0000\\ud83d\"")]
    [InlineData("\"'; DROP TABLE events; --\"")]
    public async Task A_payload_comes_back_byte_for_byte(string payload)
    {
        await AppendAsync(Make.Event(payload: payload));

        EventAssert.Bytes(Make.Utf8(payload), Assert.Single(await ReadAllAsync()).Payload);
    }

    [Fact]
    public async Task A_payload_of_one_mebibyte_comes_back_whole()
    {
        var sent = Make.Event(payload: $"\"{new string('x', (1 << 20) - 3)}é\"");

        await AppendAsync(Make.Event(), sent, Make.Event());

        EventAssert.Same(sent, 2, await Log.FindAsync(sent.Id, Cancel));
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("{ \"z\":1,\"a\":1.0 }", "")]
    [InlineData("", "{\"id\":\"😀\",\"data_kind\":\"base64\"}")]
    public async Task Metadata_and_cloudevent_come_back_byte_for_byte(string metadata, string cloudEvent)
    {
        var sent = new Event
        {
            Id = Guid.CreateVersion7(Make.Time), Type = "t", Payload = Make.Utf8("1"), CreatedAt = Make.Time, Metadata = Make.Utf8(metadata),
            CloudEvent = Make.Utf8(cloudEvent),
        };

        await AppendAsync(sent);

        EventAssert.Same(sent, 1, Assert.Single(await ReadAllAsync()));
    }

    [Fact]
    public async Task Very_long_texts_come_back_whole()
    {
        var text = string.Concat(Enumerable.Repeat("länger als man denkt 😀 ", 3000));
        var sent = new Event
        {
            Id = Guid.CreateVersion7(Make.Time), Type = new string('t', EventType.MaxLength), Version = text, Source = text, Subject = text,
            Payload = Make.Utf8("1"), OrganizationId = text, UserId = text, SessionId = text, InstanceId = text, Schema = text, Entity = text,
            Operation = text, CreatedAt = Make.Time, TraceParent = text,
        };

        await AppendAsync(sent);

        EventAssert.Same(sent, 1, Assert.Single(await ReadAllAsync()));
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00.000Z")]
    [InlineData("2026-01-01T00:00:00.001Z")]
    [InlineData("2026-12-31T23:59:59.999Z")]
    [InlineData("1999-02-03T04:05:06.789Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public async Task The_time_of_an_event_keeps_its_milliseconds(string time)
    {
        var sent = Make.Event(createdAt: DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));

        await AppendAsync(sent);

        EventAssert.Same(sent, 1, Assert.Single(await ReadAllAsync()));
    }

    [Fact]
    public async Task Real_payloads_come_back_byte_for_byte()
    {
        var sent = RealPayloads.Load();
        Assert.Equal(329, sent.Length);

        await AppendAsync(sent);

        var stored = await ReadAllAsync();
        Assert.Equal(sent.Length, stored.Count);
        for (var i = 0; i < sent.Length; i++) EventAssert.Same(sent[i], i + 1, stored[i]);
    }

    [Fact]
    public async Task What_the_caller_does_to_its_lists_later_does_not_reach_the_store()
    {
        var events = Make.Events(2).ToList();
        var ids = events.ConvertAll(e => e.Id);
        IdempotencyKey?[] keys = [Make.Key("a"), null];
        await Log.AppendAsync(new AppendRequest { Events = events, EventKeys = keys, Now = Make.Time }, Cancel);

        events.Clear();
        keys[0] = null;

        Assert.Equal(ids, (await ReadAllAsync()).Select(e => e.Id));
        Assert.True((await AppendAsync(Make.Key("a"))).Events[0].IsDuplicate);
    }
}
