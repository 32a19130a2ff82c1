using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Postgres.Relaying;
using EventHub.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EventHub.Postgres.Noticing;

/// <summary>
/// Hears what other processes ring. Whatever happens to its connection costs latency and nothing else, because the log is polled as well; behind a pooler
/// that lends out connections by the transaction nothing is ever heard.
/// </summary>
internal sealed class Listener(HubDatabase database, Bell bell, Action wake, Action wakeForStaged, Action<string> wakeRelay, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _loop = Task.CompletedTask;
    private bool _isDown;

    public void Start() => _loop = Task.Run(RunAsync);

    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await ListenAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is StorageException || PostgresFailures.IsTrouble(exception))
            {
                if (!_isDown) logger.Disconnected("listener", exception.GetBaseException().Message);
                _isDown = true;
                await Task.Delay(s_retry, clock, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync()
    {
        var connection = await database.ConnectAsync(_closing.Token).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, notification) =>
            {
                if (notification.Channel == RelayTables.Channel) wakeRelay(notification.Payload);
                else if (notification.Payload == Bell.Staged) wakeForStaged();
                else if (notification.PID != bell.ProcessId) wake();
            };
            await connection.RunAsync($"LISTEN {Bell.Channel}; LISTEN {RelayTables.Channel}", _closing.Token).ConfigureAwait(false);
            if (_isDown) logger.Reconnected("listener", database.Name);
            _isDown = false;
            // For what rang while nobody listened.
            wake();
            wakeRelay("");
            while (true) await connection.WaitAsync(_closing.Token).ConfigureAwait(false);
        }
        finally
        {
            await Discard.ConnectionAsync(connection).ConfigureAwait(false);
        }
    }
}
