using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventHub.Server.Tests.EndToEnd;

/// <summary>A webhook receiver on a port of its own that keeps what it got and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<IReadOnlyCollection<ReceivedRequest>, bool> Until, TaskCompletionSource Reached)> _waiting = [];

    private Receiver(WebApplication app) => _app = app;

    /// <summary>The status to answer with.</summary>
    public Func<ReceivedRequest, int> Answer { get; set; } = static _ => 200;

    /// <summary>Done between taking a request and answering it.</summary>
    public Func<ReceivedRequest, Task> Before { get; set; } = static _ => Task.CompletedTask;

    public IReadOnlyCollection<ReceivedRequest> Requests => _requests;

    public string Url => _app.Urls.First();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Completes when the requests so far satisfy the test; looked at after every answer.</summary>
    public async Task WaitUntilAsync(Func<IReadOnlyCollection<ReceivedRequest>, bool> until, int seconds = 180)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (until(_requests)) return;
            _waiting.Add((until, reached));
        }

        try
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Not reached within {seconds} s; {_requests.Count} requests came.");
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new ReceivedRequest(
            context.Request.Path.Value!,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        request.Begin();
        _requests.Enqueue(request);
        await Before(request);
        request.Status = Answer(request);
        request.End();
        context.Response.StatusCode = request.Status;
        await context.Response.CompleteAsync();
        lock (_lock)
        {
            foreach (var waiting in _waiting.Where(w => w.Until(_requests))) waiting.Reached.TrySetResult();
        }
    }
}
