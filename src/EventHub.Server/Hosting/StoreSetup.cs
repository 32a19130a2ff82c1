using EventHub.Hosting;
using EventHub.Postgres;
using EventHub.Server.Configuration;
using EventHub.Sqlite;

namespace EventHub.Server.Hosting;

/// <summary>Which store the hub gets.</summary>
internal static class StoreSetup
{
    // With more, the writer is what everybody waits for, and others have time to answer.
    private const int FewProcessors = 2;

    /// <summary>Adds the store that was configured. Memory is what a hub has when none is added.</summary>
    public static EventHubBuilder AddStore(this EventHubBuilder builder, ServerOptions options) => options.Store switch
    {
        StoreKind.Memory => builder,
        StoreKind.Sqlite => builder.AddSqliteStore(new SqliteOptions
        {
            DataDirectory = options.DataDirectory, AnswersOnWriter = Environment.ProcessorCount <= FewProcessors,
        }),
        StoreKind.Postgres => builder.AddPostgresStore(options.Postgres!),
        _ => throw new NotSupportedException($"store {options.Store}"),
    };
}
