namespace EventHub.Postgres.Schema;

/// <summary>
/// The writing functions join by index. Their plans are kept per connection and made when a table may still be empty, when hashing all of it looks cheapest;
/// a writer that started on an empty database read the growing table of keys with every commit. Compiling what takes a millisecond never pays.
/// </summary>
internal static class Migration0005
{
    public const string Sql =
        """
        ALTER FUNCTION eventhub_data.append SET enable_hashjoin = off;
        ALTER FUNCTION eventhub_data.append SET enable_mergejoin = off;
        ALTER FUNCTION eventhub_data.append SET jit = off;
        ALTER FUNCTION eventhub_data.settle SET enable_hashjoin = off;
        ALTER FUNCTION eventhub_data.settle SET enable_mergejoin = off;
        ALTER FUNCTION eventhub_data.settle SET jit = off;
        """;
}
