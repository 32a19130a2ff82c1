using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>A writer's connection: opened when it is needed, thrown away when it fails. While the database cannot be reached, callers are told at once.</summary>
internal sealed class WriterConnection(HubDatabase database, ILogger logger, string what)
{
    private NpgsqlConnection? _connection;
    private bool _isDown;

    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public async ValueTask<NpgsqlConnection> GetAsync()
    {
        if (_connection is { } open) return open;
        try
        {
            _connection = await database.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            if (!_isDown) logger.Disconnected(what, exception.Message);
            _isDown = true;
            throw;
        }

        if (_isDown) logger.Reconnected(what, database.Name);
        _isDown = false;
        return _connection;
    }

    /// <summary>It failed in a way that leaves it unusable, or in doubt.</summary>
    public async ValueTask DropAsync(Exception? why = null)
    {
        if (_connection is not { } dropped) return;
        _connection = null;
        if (why is not null && !_isDown)
        {
            _isDown = true;
            logger.Disconnected(what, why.GetBaseException().Message);
        }

        await Discard.ConnectionAsync(dropped).ConfigureAwait(false);
    }
}
