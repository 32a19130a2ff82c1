using EventHub.Postgres;
using EventHub.Server.Configuration.Tables;
using Npgsql;

namespace EventHub.Server.Configuration;

/// <summary>Makes the options of the PostgreSQL store of settings: of <c>connection</c>, or else of the parts in <c>db_…</c>.</summary>
internal static class PostgresSettings
{
    /// <summary>The options; to be used only when no problems were added.</summary>
    public static PostgresOptions Build(ResolvedSettings settings, List<ConfigurationProblem> problems)
    {
        var options = new PostgresOptions
        {
            MaxConnections = settings.Get(PostgresTable.MaxConnections),
            PollInterval = settings.Get(DeliveryTable.PollIntervalMs),
        };
        if (settings.Given(BasicTable.Connection) is not { } given)
        {
            return options with
            {
                ConnectionString = new NpgsqlConnectionStringBuilder
                {
                    Host = settings.Get(PostgresTable.Host) ?? "localhost", Port = settings.Get(PostgresTable.Port), Database = settings.Get(PostgresTable.Name),
                    Username = settings.Get(PostgresTable.User), Password = settings.Get(PostgresTable.Password),
                }.ConnectionString,
            };
        }

        var shown = $"connection: {given.Setting.Show(given.Text)} ({given.Origin})";
        if (settings.Given(PostgresTable.Host) is { } host) problems.Add(new($"{shown} and db_host ({host.Origin}) both say where the database is; give one"));
        try
        {
            return options with { ConnectionString = FromText(settings.Get(BasicTable.Connection)!).ConnectionString };
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            // What Npgsql says names keys, and never values.
            problems.Add(new($"{shown} is not valid: {failure.Message.Split('\n')[0].TrimEnd()}; it must be postgresql://USER:PASSWORD@HOST:PORT/NAME or Host=…;Port=…;Database=…;Username=…;Password=…"));
            return options;
        }
    }

    private static NpgsqlConnectionStringBuilder FromText(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal)) return new NpgsqlConnectionStringBuilder(text);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.Host.Length == 0 || uri.Port == 0)
        {
            throw new FormatException("this is no address of a database");
        }

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.IdnHost, Port = uri.Port < 0 ? 5432 : uri.Port };
        if (uri.AbsolutePath.Length > 1) builder.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var key = Uri.UnescapeDataString(parts[0]);

            // libpq's names, where they are not Npgsql's too.
            builder[key switch { "sslmode" => "SSL Mode", "sslrootcert" => "Root Certificate", "application_name" => "Application Name", "connect_timeout" => "Timeout", _ => key }] =
                parts.Length > 1 ? Uri.UnescapeDataString(parts[1]).Replace("-", "", StringComparison.Ordinal) : "";
        }

        return builder;
    }
}
