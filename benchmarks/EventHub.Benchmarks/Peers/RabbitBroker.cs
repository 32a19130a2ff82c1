using System.Diagnostics;
using System.Text;
using EventHub.Benchmarks.Load;
using EventHub.Benchmarks.Measuring;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EventHub.Benchmarks.Peers;

/// <summary>RabbitMQ: a durable queue, persistent messages, publisher confirms, a consumer that acknowledges.</summary>
internal sealed class RabbitBroker : IBroker
{
    private const string Queue = "bench";
    private const int Prefetch = 1000;
    private readonly Stack<IDisposable> _servers;
    private readonly IConnection[] _connections;
    private readonly IChannel _publisher;
    private readonly ArrivalCounter _arrivals;

    private RabbitBroker(Stack<IDisposable> servers, IConnection[] connections, IChannel publisher, ArrivalCounter arrivals) =>
        (_servers, _connections, _publisher, _arrivals) = (servers, connections, publisher, arrivals);

    public string Name => "RabbitMQ, durable queue";

    public string Durability => "fsync, or consumed and acknowledged";

    public static async Task<RabbitBroker> StartAsync(BenchContext context)
    {
        var servers = new Stack<IDisposable>();
        try
        {
            var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = await StartServerAsync(context, servers), AutomaticRecoveryEnabled = false };
            IConnection[] connections = [await factory.CreateConnectionAsync(), await factory.CreateConnectionAsync()];
            var publisher = await connections[0].CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
            await publisher.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
            var arrivals = new ArrivalCounter();
            await ConsumeAsync(await connections[1].CreateChannelAsync(), arrivals);
            return new RabbitBroker(servers, connections, publisher, arrivals);
        }
        catch
        {
            foreach (var server in servers) server.Dispose();
            throw;
        }
    }

    public async Task<BrokerRun> RunAsync(double? perSecond, TimeSpan duration)
    {
        _arrivals.Begin();
        var started = Stopwatch.GetTimestamp();
        var published = perSecond is null
            ? (await Task.WhenAll(Enumerable.Range(0, IBroker.InFlight).Select(_ => LoopAsync(started, duration)))).Sum()
            : await Task.Factory.StartNew(() => Publish(new LoadSchedule(duration, perSecond, long.MaxValue)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        var (lastAt, latencies) = await _arrivals.WaitAsync(published);
        return new BrokerRun(published / Stopwatch.GetElapsedTime(started, lastAt).TotalSeconds, latencies);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        foreach (var server in _servers) server.Dispose();
    }

    private async Task<long> LoopAsync(long started, TimeSpan duration)
    {
        await Task.Yield();
        var count = 0L;
        for (; Stopwatch.GetElapsedTime(started) < duration; count++) await PublishAsync(Stopwatch.GetTimestamp());
        return count;
    }

    /// <summary>Publishes when it is due, without waiting for the confirm of the one before.</summary>
    private async Task<long> Publish(LoadSchedule schedule)
    {
        Native.MakeTimersExact();
        var open = new List<Task>();
        schedule.Start(Stopwatch.GetTimestamp());
        while (!schedule.IsOver(Stopwatch.GetTimestamp()))
        {
            while (schedule.TryTake(Stopwatch.GetTimestamp(), out var due)) open.Add(PublishAsync(due).AsTask());
            _ = Native.Poll([], schedule.NanosecondsToNext(Stopwatch.GetTimestamp()));
        }

        await Task.WhenAll(open);
        return open.Count;
    }

    private ValueTask PublishAsync(long sentAt)
    {
        var body = Encoding.UTF8.GetBytes(EventBody.Json());
        EventBody.WriteSentAt(body.AsSpan(EventBody.SentAtOffset(body)), sentAt);
        return _publisher.BasicPublishAsync("", Queue, mandatory: false, new BasicProperties { Persistent = true }, body);
    }

    private static async Task ConsumeAsync(IChannel channel, ArrivalCounter arrivals)
    {
        await channel.BasicQosAsync(0, Prefetch, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var (open, acknowledged) = (0, 0L);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var now = Stopwatch.GetTimestamp();
            using (arrivals.Enter()) arrivals.Add(EventBody.FindSentAt(delivery.Body.Span), now);

            // All up to here, now and then: as often as it costs little, and at once where little comes.
            if (++open < 64 && Stopwatch.GetElapsedTime(acknowledged, now).TotalMilliseconds < 10) return;
            (open, acknowledged) = (0, now);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: true);
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
    }

    /// <summary>Starts the name server of Erlang nodes, which RabbitMQ would otherwise start and leave behind, and RabbitMQ; returns its port.</summary>
    private static async Task<int> StartServerAsync(BenchContext context, Stack<IDisposable> servers)
    {
        var (port, names, directory) = (PeerServer.FreePort(), PeerServer.FreePort(), context.NewDirectory());
        servers.Push(await PeerServer.StartAsync(
            context, Path.Combine(directory, "epmd.log"), "epmd running", ["epmd", "-d", "-address", "127.0.0.1", "-port", $"{names}"]));
        var plugins = Path.Combine(directory, "enabled_plugins");
        await File.WriteAllTextAsync(plugins, "[].\n");
        servers.Push(await PeerServer.StartAsync(
            context, Path.Combine(directory, "rabbit.log"), "Server startup complete", ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
            new Dictionary<string, string>
            {
                ["HOME"] = directory,
                ["ERL_EPMD_PORT"] = $"{names}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODENAME"] = "eventhub-bench@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{port}",
                ["RABBITMQ_DIST_PORT"] = $"{PeerServer.FreePort()}",
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(directory, "mnesia"),
                ["RABBITMQ_LOG_BASE"] = directory,
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins,
                ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(directory, "none"),
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(directory, "none"),
            }));
        return port;
    }
}
