using System.Globalization;
using EventHub.AspNetCore.Http.Json;
using EventHub.Publishing;
using EventHub.Storage;

namespace EventHub.AspNetCore.Http;

/// <summary>The sequences a replay delivers, first and last inclusive.</summary>
/// <param name="From">From 1.</param>
/// <param name="Until">At most the log's head.</param>
internal readonly record struct ReplayRange(long From, long Until)
{
    /// <summary>Finds the sequences a request means. Adds an error when there is nothing between them.</summary>
    public static async ValueTask<ReplayRange> ResolveAsync(ReplayRequest request, IEventLog log, List<FieldError> errors, CancellationToken cancellationToken)
    {
        if (errors.Count > 0) return default;
        var state = await log.GetStateAsync(cancellationToken);
        var from = request.FromSequence ?? await log.FindSequenceBeforeAsync(request.Since!.Value, cancellationToken) + 1;
        // What retention took cannot be delivered: the answer shows where the replay really begins.
        from = Math.Max(from, state.Trimmed + 1);
        var until = request.UntilSequence ?? state.Head;
        if (request.Until is { } time) until = await log.FindSequenceBeforeAsync(time, cancellationToken);
        until = Math.Min(until, state.Head);
        if (from > until)
        {
            errors.Add(new FieldError(request.FromSequence is null ? "since" : "from_sequence", string.Create(
                CultureInfo.InvariantCulture,
                $"leaves nothing to deliver: the range would be {from} to {until}, and the log holds {state.Trimmed + 1} to {state.Head}")));
        }

        return new ReplayRange(from, until);
    }
}
