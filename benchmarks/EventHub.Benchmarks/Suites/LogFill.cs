using EventHub.Events;
using EventHub.Storage;

namespace EventHub.Benchmarks.Suites;

/// <summary>Puts many events into a store.</summary>
internal static class LogFill
{
    private const int Batch = 1000;
    private static readonly string[] s_types = ["bench.order.created", "bench.order.paid", "bench.order.shipped", "bench.user.created", "bench.user.deleted"];
    private static int s_next;

    /// <summary>Appends so many events; returns the ids of some of them.</summary>
    public static async Task<IReadOnlyList<Guid>> FillAsync(IHubStore store, int count, int organizations)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i += Batch)
        {
            var request = Request(Batch, organizations);
            ids.Add(request.Events[i / Batch % Batch].Id);
            await store.Log.AppendAsync(request, CancellationToken.None);
        }

        return ids;
    }

    public static AppendRequest Request(int count, int organizations)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new AppendRequest { Now = now, Events = [.. Enumerable.Range(0, count).Select(_ => Event(now, organizations))] };
    }

    private static Event Event(DateTimeOffset now, int organizations)
    {
        var i = s_next++;
        return new Event
        {
            Id = Guid.CreateVersion7(now), Type = s_types[i % s_types.Length], Source = "bench", OrganizationId = $"org-{i % organizations:D4}",
            Payload = s_payload, CreatedAt = now, InstanceId = "bench", Schema = "bench", Entity = "order", Operation = "created",
        };
    }

    private static readonly byte[] s_payload = System.Text.Encoding.UTF8.GetBytes(Load.EventBody.Payload);
}
