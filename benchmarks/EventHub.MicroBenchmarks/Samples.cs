using System.Text;
using EventHub.Benchmarks.Load;
using EventHub.Events;

namespace EventHub.MicroBenchmarks;

/// <summary>The event all benchmarks publish, as the engine holds it.</summary>
internal static class Samples
{
    public static readonly byte[] Json = Encoding.UTF8.GetBytes(EventBody.Json());

    public static Event Event(long sequence = 1) => new Event
    {
        Id = Guid.CreateVersion7(), Type = "bench.order.created", Source = "bench", OrganizationId = "org-0001", UserId = "user-0001", InstanceId = "host",
        Schema = "bench", Entity = "order", Operation = "created", Payload = Encoding.UTF8.GetBytes(EventBody.Payload), CreatedAt = TimeProvider.System.GetUtcNow(),
    }.At(sequence);
}
