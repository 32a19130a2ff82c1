using EventHub.Postgres.Connections;

namespace EventHub.Postgres.Writing;

/// <summary>
/// One bounded step of retention, row by row. Events that a dead letter or an exception refers to stay; later runs look at them again.
/// </summary>
internal sealed class TrimRowsOperation(long after, long upTo) : OrderedOperation<TrimStep>
{
    /// <summary>Events looked at per step: few, because publishers of all processes wait meanwhile.</summary>
    private const int EventsPerStep = 1000;

    protected override async Task<TrimStep> RunAsync(OrderedTransaction transaction)
    {
        var rows = await transaction.Command("SELECT through, removed, is_last FROM eventhub_data.trim_rows($1, $2, $3)").With(after).With(upTo).With(EventsPerStep)
            .ListAsync(static row => new TrimStep(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)), CancellationToken.None).ConfigureAwait(false);
        transaction.Trimmed = Math.Max(transaction.Trimmed, rows[0].Through);
        return rows[0];
    }
}
