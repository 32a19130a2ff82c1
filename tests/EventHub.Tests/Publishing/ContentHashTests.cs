using EventHub.Events;
using EventHub.Publishing;

namespace EventHub.Tests.Publishing;

public sealed class ContentHashTests
{
    private static readonly NewEvent s_plain = new() { Type = "user.created", Payload = "{}"u8.ToArray() };

    [Fact]
    public void The_same_content_has_the_same_hash()
    {
        Assert.Equal(Hash(s_plain), Hash(s_plain with { Payload = "{}"u8.ToArray() }));
        Assert.Equal(ContentHash.Of([s_plain, s_plain]), ContentHash.Of([s_plain, s_plain]));
    }

    [Fact]
    public void Every_field_a_publisher_sets_counts_and_no_two_stand_for_each_other()
    {
        NewEvent[] all =
        [
            s_plain,
            s_plain with { Type = "x" }, s_plain with { Payload = "{ }"u8.ToArray() }, s_plain with { Version = "x" }, s_plain with { Source = "x" },
            s_plain with { Subject = "x" }, s_plain with { Metadata = "{}"u8.ToArray() }, s_plain with { OrganizationId = "x" }, s_plain with { UserId = "x" },
            s_plain with { SessionId = "x" }, s_plain with { Schema = "x" }, s_plain with { Entity = "x" }, s_plain with { Operation = "x" },
            s_plain with { Subject = "" }, s_plain with { Subject = "xx" }, s_plain with { Schema = "xy" }, s_plain with { Schema = "x", Entity = "y" },
            s_plain with { CloudEvent = new CloudEventAttributes { Id = "1" } }, s_plain with { CloudEvent = new CloudEventAttributes { Id = "2" } },
            s_plain with { Payload = "{}x"u8.ToArray() }, s_plain with { Payload = "{}"u8.ToArray(), Metadata = "x"u8.ToArray() },
        ];
        Assert.Equal(all.Length, all.Select(Hash).Distinct().Count());
    }

    [Fact]
    public void What_is_not_content_does_not_count()
    {
        Assert.Equal(Hash(s_plain), Hash(s_plain with { IdempotencyKey = "k" }));
        Assert.Equal(Hash(s_plain), Hash(s_plain with { TraceParent = "00-1-2-01" }));
        Assert.Equal(Hash(s_plain), Hash(s_plain with { IsTrustedJson = true }));
    }

    [Fact]
    public void A_batch_differs_by_order_length_and_keys()
    {
        var other = s_plain with { Type = "b" };
        NewEvent[][] all = [[s_plain], [s_plain, s_plain], [s_plain, other], [other, s_plain], [s_plain with { IdempotencyKey = "k" }, other], [s_plain, other with { IdempotencyKey = "k" }]];
        Assert.Equal(all.Length, all.Select(batch => Convert.ToHexString(ContentHash.Of(batch))).Distinct().Count());
    }

    [Fact]
    public void A_key_of_one_event_of_a_batch_does_not_pass_for_a_CloudEvents_attributes()
    {
        var attributes = new CloudEventAttributes { Id = "1" };
        var json = System.Text.Encoding.UTF8.GetString(attributes.ToJson());
        Assert.NotEqual(ContentHash.Of([s_plain with { CloudEvent = attributes }]), ContentHash.Of([s_plain with { IdempotencyKey = json }]));
    }

    private static string Hash(NewEvent item) => Convert.ToHexString(ContentHash.Of(item));
}
