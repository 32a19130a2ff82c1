using System.Diagnostics;
using EventHub.Soak.Crashes;
using EventHub.Soak.Processes;
using Npgsql;

namespace EventHub.Soak.Nodes;

/// <summary>Looks at the lease rows again and again: who has what, and how soon what a node had that is gone has another owner.</summary>
internal sealed class LeaseWatch(string connectionString)
{
    private const string Sql = "SELECT split_part(owner, '/', 1), subscription FROM eventhub_data.leases WHERE owner IS NOT NULL";
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(200);
    private readonly List<(string WorkerId, long Time)> _gone = [];
    private readonly Dictionary<string, long> _back = [];
    private readonly List<(long Time, ILookup<string, int> Leases)> _looks = [];

    /// <summary>The newest look: subscriptions by worker.</summary>
    public ILookup<string, int> Now { get; private set; } = Array.Empty<int>().ToLookup(static _ => "");

    /// <summary>A worker will not renew its leases from here on.</summary>
    public void Gone(string workerId) => _gone.Add((workerId, Stopwatch.GetTimestamp()));

    /// <summary>One that was halted goes on: what nobody has taken over by now it may keep.</summary>
    public void Back(string workerId) => _back[workerId] = Stopwatch.GetTimestamp();

    public async Task RunAsync(CancellationToken until)
    {
        using var pace = new PeriodicTimer(s_pace);
        try
        {
            while (await pace.WaitForNextTickAsync(until)) await LookAsync();
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // Enough was seen.
        }
    }

    /// <summary>Each loss of a worker that had leases: how long until all of them had other owners.</summary>
    /// <param name="faults">While the database was gone nobody could take anything over; that time does not count.</param>
    public IEnumerable<(string WorkerId, TimeSpan Time)> Takeovers(DatabaseFaults faults)
    {
        foreach (var (workerId, time) in _gone)
        {
            var hadAny = _looks.LastOrDefault(look => look.Time <= time).Leases?.Contains(workerId) == true;
            if (!hadAny) continue;
            var end = _looks.FirstOrDefault(look => look.Time > time && !look.Leases.Contains(workerId)).Time;
            if (end == 0) end = Stopwatch.GetTimestamp();
            if (_back.TryGetValue(workerId, out var back) && back > time) end = Math.Min(end, back);
            yield return (workerId, Stopwatch.GetElapsedTime(time, end) - faults.Within(time, end));
        }
    }

    private async Task LookAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(Sql, connection);
            await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var leases = new List<(string WorkerId, int Subscription)>();
            while (await rows.ReadAsync(TestContext.Current.CancellationToken)) leases.Add((rows.GetString(0), rows.GetInt32(1)));
            Now = leases.ToLookup(static lease => lease.WorkerId, static lease => lease.Subscription);
            _looks.Add((Stopwatch.GetTimestamp(), Now));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The database is gone for a while.
        }
    }
}
