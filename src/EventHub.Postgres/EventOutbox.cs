using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EventHub.Publishing;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres;

/// <summary>
/// Publishes inside a transaction of one's own, on the hub's database: events are there when it commits, in the order of the calls, and nothing is there when it is rolled back. Hubs take
/// them in within their poll interval (100 ms by default). Needs EXECUTE on <c>eventhub.publish</c> and USAGE on schema <c>eventhub</c>; no hub has to be running.
/// </summary>
public sealed class EventOutbox
{
    private const string PublishSql =
        "SELECT eventhub.publish($1, $2, version => $3, source => $4, subject => $5, metadata => $6, organization_id => $7, user_id => $8, session_id => $9, " +
        "schema => $10, entity => $11, operation => $12, idempotency_key => $13, trace_parent => $14)";

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly NpgsqlTransaction _transaction;

    private EventOutbox(NpgsqlTransaction transaction) => _transaction = transaction;

    /// <summary>Publishes in a transaction. What is published counts once that commits; it stays the caller's.</summary>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public static EventOutbox Enlist(NpgsqlTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        _ = ConnectionOf(transaction);
        return new EventOutbox(transaction);
    }

    /// <summary>Publishes an event whose payload is this value as JSON.</summary>
    /// <param name="type">See <see cref="Events.EventType"/>.</param>
    /// <param name="payload">Any value.</param>
    /// <param name="options">How it becomes JSON; <c>null</c> for the defaults of the web.</param>
    /// <param name="cancellationToken">Cancels the statement, which aborts the transaction.</param>
    /// <returns>The event's id.</returns>
    /// <exception cref="ArgumentException">It breaks a rule of events.</exception>
    public Task<Guid> PublishAsync<T>(string type, T payload, JsonSerializerOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishAsync(new NewEvent { Type = type, Payload = JsonSerializer.SerializeToUtf8Bytes(payload, options ?? JsonSerializerOptions.Web) }, cancellationToken);

    /// <summary>Publishes an event.</summary>
    /// <returns>The event's id. Under an idempotency key that stands for the same content: the first event's.</returns>
    /// <exception cref="ArgumentException">It breaks a rule of events. As with every error in PostgreSQL, the transaction can only be rolled back then.</exception>
    /// <exception cref="InvalidOperationException">Its idempotency key was used for other content, or the transaction has ended.</exception>
    /// <exception cref="NpgsqlException">The statement failed: no rights, no connection.</exception>
    public async Task<Guid> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newEvent);
        return (await PublishAsync([newEvent], cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Publishes events in one round trip; any number, in order.</summary>
    /// <returns>Their ids, in the same order.</returns>
    /// <exception cref="ArgumentException">One of them breaks a rule of events; none is published.</exception>
    /// <exception cref="InvalidOperationException">An idempotency key was used for other content, or the transaction has ended.</exception>
    public async Task<IReadOnlyList<Guid>> PublishAsync(IReadOnlyList<NewEvent> newEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        if (newEvents.Count == 0) return [];
        var batch = new NpgsqlBatch(ConnectionOf(_transaction), _transaction);
        await using (batch.ConfigureAwait(false))
        {
            foreach (var newEvent in newEvents) batch.BatchCommands.Add(Command(newEvent));
            try
            {
                return await ReadAsync(batch, newEvents.Count, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.NullValueNotAllowed or PostgresErrorCodes.InvalidTextRepresentation)
            {
                throw new ArgumentException(exception.MessageText, nameof(newEvents), exception);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                throw new InvalidOperationException(exception.MessageText, exception);
            }
        }
    }

    /// <summary>Of a transaction that has ended Npgsql would use the connection without it. Only some of its members tell.</summary>
    private static NpgsqlConnection ConnectionOf(NpgsqlTransaction transaction)
    {
        _ = transaction.IsolationLevel; // throws when it has ended
        return transaction.Connection ?? throw new InvalidOperationException("The transaction has ended; publish before its commit.");
    }

    private static async Task<IReadOnlyList<Guid>> ReadAsync(NpgsqlBatch batch, int count, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>(count);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            do
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) ids.Add(reader.GetGuid(0));
            }
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        }

        return ids;
    }

    private static NpgsqlBatchCommand Command(NewEvent item)
    {
        if (item.CloudEvent is not null) throw new ArgumentException("A CloudEvent's own attributes cannot be published in a transaction; publish its data, or publish it over HTTP.", nameof(item));
        if (item.Payload.IsEmpty) throw new ArgumentException("payload is required: any JSON value", nameof(item));
        var command = new NpgsqlBatchCommand(PublishSql);
        Add(command, item.Type, NpgsqlDbType.Text);
        Add(command, Json(item.Payload, "payload"), NpgsqlDbType.Json);
        string?[] texts = [item.Version, item.Source, item.Subject];
        foreach (var text in texts) Add(command, text, NpgsqlDbType.Text);
        Add(command, item.Metadata.IsEmpty ? null : Json(item.Metadata, "metadata"), NpgsqlDbType.Json);
        var trace = item.TraceParent ?? (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null);
        texts = [item.OrganizationId, item.UserId, item.SessionId, item.Schema, item.Entity, item.Operation, item.IdempotencyKey, trace];
        foreach (var text in texts) Add(command, text, NpgsqlDbType.Text);
        return command;
    }

    private static string Json(ReadOnlyMemory<byte> json, string field)
    {
        try
        {
            return s_strictUtf8.GetString(json.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ArgumentException($"{field} is not UTF-8", field, exception);
        }
    }

    private static void Add(NpgsqlBatchCommand command, string? value, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter { Value = value is null ? DBNull.Value : value, NpgsqlDbType = type });
}
