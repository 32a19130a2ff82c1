using System.Collections.Concurrent;
using EventHub.Soak.Processes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace EventHub.Soak.Crashes;

/// <summary>The destination of all webhooks: keeps every request, and fails, hangs, slows and resets as its mood is.</summary>
internal sealed class SoakReceiver : IAsyncDisposable
{
    private static readonly object s_generation = new();
    private readonly TaskCompletionSource _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Random _random;
    private readonly Lock _lock = new();
    private LoopbackServer? _server;
    private volatile Mood _mood;

    private SoakReceiver(int seed) => _random = new Random(seed);

    /// <summary>The process that runs: new connections are its.</summary>
    public Generation Generation { get; private set; } = new(0);

    /// <summary>All requests of a webhook.</summary>
    public IReadOnlyDictionary<string, ConcurrentQueue<SoakRequest>> Requests { get; } =
        SoakWebhook.All.ToDictionary(w => w.Name, _ => new ConcurrentQueue<SoakRequest>());

    public string Url => _server!.Url;

    /// <param name="seed">Of its moods and answers.</param>
    /// <param name="whose">Which process a connection is of, where there are several at a time.</param>
    public static async Task<SoakReceiver> StartAsync(int seed, Func<ConnectionContext, Generation>? whose = null)
    {
        var receiver = new SoakReceiver(seed);
        receiver._server = await LoopbackServer.StartAsync(receiver.TakeAsync, listen => listen.Use(next => connection =>
        {
            connection.Items[s_generation] = whose is null ? receiver.Generation : whose(connection);
            return next(connection);
        }));
        return receiver;
    }

    /// <summary>The process is gone. What it still had in the line of connections to be accepted is let in before the next one counts.</summary>
    public async Task NextGenerationAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(Url, TestContext.Current.CancellationToken);
        Generation = new Generation(Generation.Number + 1);
    }

    /// <summary>Changes its mood every second or two, for as long as there is load.</summary>
    public async Task ChangeMoodsAsync(int seed, CancellationToken until)
    {
        var random = new Random(seed);
        try
        {
            while (true)
            {
                await Pause.ForAsync(TimeSpan.FromMilliseconds(500 + random.Next(2000)), until);
                if (_mood != Mood.Healed) _mood = (Mood)Next((int)Mood.Healed);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // The load ends.
        }
    }

    public void Heal()
    {
        _mood = Mood.Healed;
        _healed.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var webhook = SoakWebhook.All.FirstOrDefault(w => context.Request.Path == "/" + w.Name);
        if (webhook is null) return;
        var headers = context.Request.Headers;
        var generation = (Generation)context.Features.Get<IConnectionItemsFeature>()!.Items[s_generation]!;
        var request = new SoakRequest(
            Guid.Parse(headers["X-Event-Id"].ToString()), headers["X-Message-Id"].ToString(), int.Parse(headers["X-Delivery-Attempt"].ToString()), generation);
        Requests[webhook.Name].Enqueue(request);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await AnswerAsync(context, webhook, request);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException or BadHttpRequestException)
        {
            request.End(Ending.HungUp);
        }
    }

    private async Task AnswerAsync(HttpContext context, SoakWebhook webhook, SoakRequest request)
    {
        var mood = _mood;
        if (mood == Mood.Slow && Chance(0.3)) await Pause.ForAsync(TimeSpan.FromMilliseconds(20 + Next(280)), context.RequestAborted);
        if (mood == Mood.Hanging && Chance(0.03)) await _healed.Task.WaitAsync(context.RequestAborted);
        context.RequestAborted.ThrowIfCancellationRequested();
        if (mood == Mood.Resetting && Chance(0.1))
        {
            request.End(Ending.Reset);
            context.Abort();
            return;
        }

        // The end is noted before the answer leaves: nothing the hub does on account of it can come before it.
        var (status, ending) =
            mood != Mood.Healed && Chance(webhook.RejectRate) ? (400, Ending.Rejected)
            : mood != Mood.Healed && Chance(mood == Mood.Failing ? webhook.FailRate + 0.2 : webhook.FailRate) ? (503, Ending.Failed)
            : Chance(webhook.IgnoreRate) ? (200, Ending.Ignored)
            : (200, Ending.Succeeded);
        request.End(ending);
        if (ending == Ending.Ignored) context.Response.Headers["X-EventHub-Result"] = "ignored";
        context.Response.StatusCode = status;
    }

    private bool Chance(double rate)
    {
        lock (_lock) return _random.NextDouble() < rate;
    }

    private int Next(int below)
    {
        lock (_lock) return _random.Next(below);
    }
}
