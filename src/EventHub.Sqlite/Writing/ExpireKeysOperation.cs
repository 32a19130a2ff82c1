using EventHub.Sqlite.Native;

namespace EventHub.Sqlite.Writing;

/// <summary>Removes some idempotency keys that expired before a time. The result: whether there may be more.</summary>
internal sealed class ExpireKeysOperation(DateTimeOffset now) : ResultOperation<bool>
{
    private const int KeysPerStep = 1000;

    private const string RemoveSql =
        "DELETE FROM idempotency WHERE (key, is_request) IN (SELECT key, is_request FROM idempotency INDEXED BY idempotency_expiry WHERE expires_at < ?1 LIMIT ?2)";

    public override int Rows => KeysPerStep;

    public override void Execute(WriteTransaction transaction)
    {
        using var remove = transaction.Connection.Use(RemoveSql);
        Result = remove.Bind(1, Micros.From(now)).Bind(2, KeysPerStep).Run() == KeysPerStep;
    }
}
