using System.Buffers;
using System.Diagnostics;
using System.Text;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;

namespace EventHub.Benchmarks.Peers;

/// <summary>NATS JetStream: a stream on file storage, a durable consumer that is pushed to and acknowledges what it read at once.</summary>
internal sealed class NatsBroker : IBroker
{
    private const string Acknowledgements = "answers";
    private readonly PeerServer _server;
    private readonly int _port;
    private readonly NatsConnection _publisher;
    private readonly NatsConnection _consumer;
    private readonly ArrivalCounter _arrivals = new();
    private readonly Thread _thread;
    private volatile bool _isClosed;

    private NatsBroker(PeerServer server, int port)
    {
        (_server, _port) = (server, port);
        NatsConnection.Ask(port, "$JS.API.STREAM.CREATE.BENCH", """{"name":"BENCH","subjects":["bench.>"],"storage":"file","retention":"limits","discard":"old","num_replicas":1}""");
        _publisher = new NatsConnection(port);
        _publisher.Subscribe(Acknowledgements, 1);
        _consumer = new NatsConnection(port);
        _consumer.Subscribe("deliver", 1);
        _consumer.Send("PING\r\n");
        NatsConnection.Ask(
            port, "$JS.API.CONSUMER.DURABLE.CREATE.BENCH.bench",
            """{"stream_name":"BENCH","config":{"durable_name":"bench","deliver_subject":"deliver","deliver_policy":"all","ack_policy":"all","max_ack_pending":20000}}""");
        _thread = new Thread(Consume) { IsBackground = true };
        _thread.Start();
    }

    public string Name => "NATS JetStream, file storage";

    public string Durability => "operating system (fsync every 2 min)";

    public static async Task<NatsBroker> StartAsync(BenchContext context)
    {
        var (port, directory) = (PeerServer.FreePort(), context.NewDirectory());
        var server = await PeerServer.StartAsync(
            context, Path.Combine(directory, "log"), "Server is ready", ["nats-server", "--addr", "127.0.0.1", "--port", $"{port}", "--jetstream", "--store_dir", directory]);
        try
        {
            return new NatsBroker(server, port);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public async Task<BrokerRun> RunAsync(double? perSecond, TimeSpan duration)
    {
        _arrivals.Begin();
        var started = Stopwatch.GetTimestamp();
        var published = await Task.Factory.StartNew(() => Publish(new LoadSchedule(duration, perSecond, long.MaxValue)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (lastAt, latencies) = await _arrivals.WaitAsync(published);
        return new BrokerRun(published / Stopwatch.GetElapsedTime(started, lastAt).TotalSeconds, latencies);
    }

    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        _thread.Join();
        _publisher.Dispose();
        _consumer.Dispose();
        _server.Dispose();
        return default;
    }

    private long Publish(LoadSchedule schedule)
    {
        Native.MakeTimersExact();
        var body = Encoding.UTF8.GetBytes(EventBody.Json());
        byte[] request = [.. Encoding.ASCII.GetBytes($"PUB bench.order.created {Acknowledgements} {body.Length}\r\n"), .. body, .. "\r\n"u8];
        var sentAt = EventBody.SentAtOffset(request);
        var (published, open) = (0L, 0);
        schedule.Start(Stopwatch.GetTimestamp());
        while (true)
        {
            while (open < IBroker.InFlight && schedule.TryTake(Stopwatch.GetTimestamp(), out var due))
            {
                EventBody.WriteSentAt(request.AsSpan(sentAt), due);
                _publisher.Send(request);
                open++;
                published++;
            }

            if (open == 0 && schedule.IsOver(Stopwatch.GetTimestamp())) return published;
            _publisher.Receive(open < IBroker.InFlight ? schedule.NanosecondsToNext(Stopwatch.GetTimestamp()) : 1_000_000_000, (_, answer) =>
            {
                if (answer.IndexOf("\"error\""u8) >= 0) throw new InvalidOperationException($"JetStream: {Encoding.UTF8.GetString(answer)}");
                open--;
            });
        }
    }

    private void Consume()
    {
        var reply = new ArrayBufferWriter<byte>();
        try
        {
            while (!_isClosed)
            {
                _consumer.Receive(50_000_000, (subject, payload) =>
                {
                    using (_arrivals.Enter()) _arrivals.Add(EventBody.FindSentAt(payload), Stopwatch.GetTimestamp());
                    reply.ResetWrittenCount();
                    reply.Write(subject);
                });
                if (reply.WrittenCount == 0) continue;

                // Acknowledges all up to the last one read.
                _consumer.Send([.. "PUB "u8, .. reply.WrittenSpan, .. " 4\r\n+ACK\r\n"u8]);
                reply.ResetWrittenCount();
            }
        }
        catch (Exception e)
        {
            _arrivals.Fail(e);
        }
    }
}
