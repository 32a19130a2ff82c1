using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>One request to append.</summary>
internal sealed class AppendOperation : ResultOperation<AppendResult>
{
    public AppendOperation(AppendRequest request)
    {
        Request = request;
        Rows = request.Events.Count;
        foreach (var source in request.Events) Bytes += source.Size;
    }

    public AppendRequest Request { get; }

    public override int Rows { get; }

    public override long Bytes { get; }

    /// <summary>Appends share a transaction, up to the first waiting write that is none.</summary>
    public override bool CanJoin(IReadOnlyList<WriteOperation> taken) => taken[0] is AppendOperation;

    /// <summary>Refuses what is no request.</summary>
    /// <exception cref="ArgumentException">It holds no event, or not one key (or <c>null</c>) per event.</exception>
    public static void Check(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException("A request holds at least one event.", nameof(request));
        if (request.EventKeys is { } keys && keys.Count != request.Events.Count)
        {
            throw new ArgumentException($"There are {keys.Count} keys for {request.Events.Count} events; give one, or null, per event.", nameof(request));
        }
    }
}
