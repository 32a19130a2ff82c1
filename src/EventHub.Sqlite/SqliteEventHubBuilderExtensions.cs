using EventHub.Hosting;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EventHub.Sqlite;

/// <summary>Adds the SQLite store to a hub.</summary>
public static class SqliteEventHubBuilderExtensions
{
    /// <summary>Keeps events, subscriptions and deliveries in a SQLite database; in place of any store added before.</summary>
    /// <param name="builder">The hub.</param>
    /// <param name="options">Where and how; <c>null</c> for the defaults.</param>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public static EventHubBuilder AddSqliteStore(this EventHubBuilder builder, SqliteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        options ??= new SqliteOptions();
        options.Validate();
        builder.Services.RemoveAll<IHubStore>();
        builder.Services.AddSingleton<IHubStore>(services => new SqliteStore(
            options, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetService<ILogger<SqliteStore>>()));
        return builder;
    }
}
