using System.Text.Json;
using System.Threading.Channels;
using EventHub.Server.Tests.Http;

namespace EventHub.Server.Tests.Rpc;

/// <summary>A stream of the hub.</summary>
internal sealed class RawRpcStream(ChannelReader<string> items, Func<Task> cancel)
{
    /// <summary>The id of the last item that had one.</summary>
    public string LastId { get; private set; } = "";

    public async Task<string> NextRawAsync() => await items.ReadAsync(HubHost.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(120), HubHost.Token);

    public async Task<JsonElement> NextAsync()
    {
        var item = JsonElement.Parse(await NextRawAsync());
        if (item.TryGetProperty("id", out var id)) LastId = id.GetString()!;
        return item;
    }

    /// <summary>The next item of a type, whatever comes before it.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (true)
        {
            var item = await NextAsync();
            if (item.GetProperty("type").GetString() == type) return item;
        }
    }

    /// <summary>The sequences of the next events.</summary>
    public async Task<List<long>> SequencesAsync(int count)
    {
        var sequences = new List<long>();
        while (sequences.Count < count) sequences.Add((await NextAsync("event")).GetProperty("event").GetProperty("sequence").GetInt64());
        return sequences;
    }

    public Task CancelAsync() => cancel();

    /// <summary>Waits until the hub has ended the stream; the error, when there was one.</summary>
    public async Task<string?> EndAsync()
    {
        try
        {
            while (await items.WaitToReadAsync(HubHost.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(120), HubHost.Token)) items.TryRead(out _);
            return null;
        }
        catch (RpcErrorException e)
        {
            return e.Message;
        }
    }
}
