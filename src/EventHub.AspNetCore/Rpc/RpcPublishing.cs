using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Publishing;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Storage;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Publishes what clients send.</summary>
internal sealed class RpcPublishing(EventIntake intake, HubOptions options, TimeProvider time)
{
    /// <summary>Takes one event.</summary>
    public async Task<RawJson> PublishAsync(RawJson item, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        CheckLength(item.Utf8.Length, null);
        var errors = new List<FieldError>();
        var newEvent = NewEventJson.Read(item.OrEmptyObject, errors);
        RpcProblems.ThrowIfAny(errors);
        var result = await intake.PublishAsync(newEvent!, null, null, cancellationToken);
        await StoreThread.LeaveAsync(); // A call that waited for this one to end may go on from here.
        if (PublishProblems.Of(result, isBatch: false) is { } problem) throw problem.Exception();
        var elapsed = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 3);
        return RawJson.Write((Place: result.Events[0], IsDuplicate: result.Status == PublishStatus.Duplicate, elapsed), static (writer, state) =>
        {
            writer.WriteStartObject();
            PublishJson.WritePlace(writer, state.Place, state.IsDuplicate, state.elapsed);
            writer.WriteBoolean("duplicate"u8, state.IsDuplicate);
            writer.WriteEndObject();
        });
    }

    /// <summary>Takes a batch: all of it or nothing.</summary>
    public async Task<RawJson> PublishBatchAsync(RawJson batch, CancellationToken cancellationToken)
    {
        var (items, key) = RpcArguments.Batch(batch);
        for (var i = 0; i < items.Count; i++) CheckLength(items[i].Length, i);
        var errors = new List<FieldError>();
        var events = PublishReader.ReadAll(PublishFormat.JsonBatch, items, errors);
        RpcProblems.ThrowIfAny(errors);
        var result = await intake.PublishBatchAsync(events, key, null, cancellationToken);
        await StoreThread.LeaveAsync();
        if (PublishProblems.Of(result, isBatch: true) is { } problem) throw problem.Exception();
        return RawJson.Write<IReadOnlyList<AppendedEvent>>(result.Events, PublishJson.WriteBatch);
    }

    private void CheckLength(int length, int? index)
    {
        if (length > options.MaxEventBytes) throw PublishProblems.TooLarge(length, options.MaxEventBytes, index).Exception();
    }
}
