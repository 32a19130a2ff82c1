using EventHub.Hosting;
using EventHub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EventHub.Postgres;

/// <summary>Adds the PostgreSQL store to a hub.</summary>
public static class PostgresEventHubBuilderExtensions
{
    /// <summary>Keeps events, subscriptions and deliveries in a PostgreSQL database, which any number of hubs may share; in place of any store added before.</summary>
    /// <param name="builder">The hub.</param>
    /// <param name="options">Where and how; <c>null</c> for the defaults.</param>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public static EventHubBuilder AddPostgresStore(this EventHubBuilder builder, PostgresOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        options ??= new PostgresOptions();
        options.Validate();
        builder.Services.RemoveAll<IHubStore>();
        builder.Services.AddSingleton<IHubStore>(services => new PostgresStore(
            options, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetService<ILogger<PostgresStore>>()));
        return builder;
    }
}
