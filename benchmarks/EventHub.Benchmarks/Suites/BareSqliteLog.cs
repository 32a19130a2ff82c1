using System.Diagnostics;
using System.Text;
using SQLitePCL;

namespace EventHub.Benchmarks.Suites;

/// <summary>
/// What the store is compared with: one table of sequence, id, type and payload, one thread, one transaction with synchronous=FULL for all appends
/// that came in meanwhile. No indexes beyond the key, no idempotency, no queries.
/// </summary>
internal sealed class BareSqliteLog : IDisposable
{
    private readonly object _gate = new();
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _insert;
    private readonly Thread _thread;
    private List<(byte[][] Payloads, TaskCompletionSource Done)> _waiting = [];
    private bool _isClosed;

    public BareSqliteLog(string directory)
    {
        // The hub's store has chosen the library by now: made after it, this one runs on the same SQLite.
        Check(raw.sqlite3_open(Path.Combine(directory, "bare.db"), out _database));
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
        Execute("CREATE TABLE events (sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL)");
        Check(raw.sqlite3_prepare_v2(_database, "INSERT INTO events (id, type, payload) VALUES (?1, ?2, ?3)", out _insert));
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public Task AppendAsync(params byte[][] payloads)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((payloads, done));
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _insert.Dispose();
        _database.Dispose();
    }

    private void Run()
    {
        var taken = new List<(byte[][] Payloads, TaskCompletionSource Done)>();
        var type = Encoding.UTF8.GetBytes("bench.order.created");
        Span<byte> id = stackalloc byte[16];
        while (true)
        {
            lock (_gate)
            {
                while (_waiting.Count == 0 && !_isClosed) Monitor.Wait(_gate);
                if (_waiting.Count == 0) return;
                (taken, _waiting) = (_waiting, taken);
            }

            Execute("BEGIN IMMEDIATE");
            foreach (var (payloads, _) in taken)
            {
                foreach (var payload in payloads)
                {
                    BitConverter.TryWriteBytes(id, Stopwatch.GetTimestamp());
                    raw.sqlite3_bind_blob(_insert, 1, id);
                    raw.sqlite3_bind_text(_insert, 2, type);
                    raw.sqlite3_bind_text(_insert, 3, payload);
                    raw.sqlite3_step(_insert);
                    raw.sqlite3_reset(_insert);
                }
            }

            Execute("COMMIT");
            foreach (var (_, done) in taken) done.SetResult();
            taken.Clear();
        }
    }

    private void Execute(string sql) => Check(raw.sqlite3_exec(_database, sql));

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw new InvalidOperationException(raw.sqlite3_errmsg(_database).utf8_to_string());
    }
}
