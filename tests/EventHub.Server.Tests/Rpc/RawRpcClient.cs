using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using EventHub.Server.Tests.Http;

namespace EventHub.Server.Tests.Rpc;

/// <summary>
/// A client of SignalR's JSON protocol over a WebSocket that sees what goes over the wire as text, so that a test can tell <c>1.0</c> from <c>1</c>.
/// </summary>
internal sealed class RawRpcClient : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _calls = new();
    private readonly ConcurrentDictionary<string, Channel<string>> _streams = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private int _lastId;

    /// <summary>Answers <c>Handle</c>: gets the event's JSON, gives the answer's JSON; <c>null</c> for none ever.</summary>
    public Func<string, Task<string?>> Handle { get; set; } = static _ => Task.FromResult<string?>("\"complete\"");

    /// <summary>Why the connection ended, once it has.</summary>
    public Task<string> Closed => _closed.Task.WaitAsync(s_patience);

    public static async Task<RawRpcClient> ConnectAsync(HubHost hub)
    {
        var client = new RawRpcClient();
        await client._socket.ConnectAsync(new UriBuilder(hub.Client.BaseAddress!) { Scheme = "ws", Path = "/rpc" }.Uri, HubHost.Token);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        client._receiving = client.ReceiveAsync();
        return client;
    }

    /// <summary>Calls a method with arguments as they stand.</summary>
    /// <returns>The result as it came.</returns>
    /// <exception cref="RpcErrorException">The hub answered with an error.</exception>
    public async Task<string> InvokeAsync(string target, params string[] arguments) => await await BeginAsync(target, arguments);

    /// <summary>As <see cref="InvokeAsync"/>, parsed.</summary>
    public async Task<JsonElement> CallAsync(string target, params string[] arguments) => JsonElement.Parse(await InvokeAsync(target, arguments));

    /// <summary>Sends a call; the answer comes with the task in the task.</summary>
    public async Task<Task<string>> BeginAsync(string target, params string[] arguments)
    {
        var id = Interlocked.Increment(ref _lastId).ToString();
        var answer = _calls[id] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync($$"""{"type":1,"invocationId":"{{id}}","target":"{{target}}","arguments":[{{string.Join(',', arguments)}}]}""");
        return answer.Task.WaitAsync(s_patience, HubHost.Token);
    }

    /// <summary>The error a call is answered with.</summary>
    public async Task<string> ErrorAsync(string target, params string[] arguments) =>
        (await Assert.ThrowsAsync<RpcErrorException>(() => InvokeAsync(target, arguments))).Message;

    /// <summary>Opens a stream; its items come as they stand, and it ends with the error there was.</summary>
    public async Task<RawRpcStream> StreamAsync(string target, params string[] arguments)
    {
        var id = Interlocked.Increment(ref _lastId).ToString();
        var items = _streams[id] = Channel.CreateBounded<string>(100_000);
        await SendAsync($$"""{"type":4,"invocationId":"{{id}}","target":"{{target}}","arguments":[{{string.Join(',', arguments)}}]}""");
        return new RawRpcStream(items.Reader, () => SendAsync($$"""{"type":5,"invocationId":"{{id}}"}"""));
    }

    /// <summary>Sends a message as it stands.</summary>
    public async Task SendAsync(string message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message + '\x1e'), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Tears the connection, as a process that is killed does.</summary>
    public async Task AbortAsync()
    {
        _socket.Abort();
        await _receiving;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var why = "the connection was lost";
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close) break;
                text.Write(buffer, 0, read.Count);
                if (!read.EndOfMessage) continue;
                foreach (var message in Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\x1e', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (Take(message) is { } reason) why = reason;
                }

                text.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
        }

        _closed.TrySetResult(why);
        foreach (var call in _calls.Values) call.TrySetException(new RpcErrorException(why));
        foreach (var stream in _streams.Values) stream.Writer.TryComplete(new RpcErrorException(why));
    }

    private string? Take(string message)
    {
        var json = JsonElement.Parse(message);
        var id = json.TryGetProperty("invocationId", out var given) ? given.GetString()! : "";
        switch (json.TryGetProperty("type", out var type) ? type.GetInt32() : 0)
        {
            case 1:
                _ = AnswerAsync(id, json.GetProperty("arguments")[0].GetRawText());
                break;
            case 2:
                Assert.True(_streams[id].Writer.TryWrite(json.GetProperty("item").GetRawText()));
                break;
            case 3:
                var error = json.TryGetProperty("error", out var text) ? new RpcErrorException(text.GetString()!) : null;
                if (_streams.TryGetValue(id, out var stream)) stream.Writer.TryComplete(error);
                else if (error is not null) _calls[id].TrySetException(error);
                else _calls[id].TrySetResult(json.TryGetProperty("result", out var result) ? result.GetRawText() : "");
                break;
            case 7:
                return json.TryGetProperty("error", out var reason) ? reason.GetString() : "closed";
        }

        return null;
    }

    private async Task AnswerAsync(string id, string item)
    {
        string answer;
        try
        {
            if (await Handle(item) is not { } given) return;
            answer = $$"""{"type":3,"invocationId":"{{id}}","result":{{given}}}""";
        }
        catch (InvalidOperationException e)
        {
            answer = $$"""{"type":3,"invocationId":"{{id}}","error":{{JsonSerializer.Serialize(e.Message)}}}""";
        }

        try
        {
            await SendAsync(answer);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }
}
