using EventHub.Events;
using Xunit;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Compares events field by field, bytes by bytes.</summary>
public static class EventAssert
{
    /// <summary>The stored event is the sent one at this sequence.</summary>
    public static void Same(Event sent, long sequence, Event? stored)
    {
        Assert.NotNull(stored);
        Assert.Equal(sequence, stored.Sequence);
        Assert.Equal(sent.Id, stored.Id);
        Assert.Equal(sent.Type, stored.Type);
        Assert.Equal(sent.Version, stored.Version);
        Assert.Equal(sent.Source, stored.Source);
        Assert.Equal(sent.Subject, stored.Subject);
        Bytes(sent.Payload, stored.Payload);
        Bytes(sent.Metadata, stored.Metadata);
        Assert.Equal(sent.OrganizationId, stored.OrganizationId);
        Assert.Equal(sent.UserId, stored.UserId);
        Assert.Equal(sent.SessionId, stored.SessionId);
        Assert.Equal(sent.InstanceId, stored.InstanceId);
        Assert.Equal(sent.Schema, stored.Schema);
        Assert.Equal(sent.Entity, stored.Entity);
        Assert.Equal(sent.Operation, stored.Operation);
        Assert.Equal(sent.CreatedAt, stored.CreatedAt);
        Assert.Equal(TimeSpan.Zero, stored.CreatedAt.Offset);
        Assert.Equal(sent.TraceParent, stored.TraceParent);
        Bytes(sent.CloudEvent, stored.CloudEvent);
    }

    /// <summary>Byte for byte the same.</summary>
    public static void Bytes(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual) =>
        Assert.True(expected.Span.SequenceEqual(actual.Span), $"{expected.Length} bytes were sent, {actual.Length} came back, and they differ.");

    /// <summary>These sequences, in this order.</summary>
    public static void Sequences(IEnumerable<long> expected, IEnumerable<Event> actual) => Assert.Equal(expected, actual.Select(e => e.Sequence));
}
