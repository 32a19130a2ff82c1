using System.Net;
using System.Text;

namespace EventHub.Server.Tests.Http.Streaming;

/// <summary>Reads a stream by the letter of the standard: lines end with CR, LF or both.</summary>
internal sealed class SseClient : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private SseClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body, Encoding.UTF8);
    }

    public HttpResponseMessage Response => _response;

    /// <summary>The last id received, to resume from.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Opens a stream and reads its first message.</summary>
    public static async Task<SseClient> OpenAsync(HttpClient http, string path = "/events/stream", string? lastEventId = null, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (version is not null) (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, HubHost.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var client = new SseClient(response, await response.Content.ReadAsStreamAsync(HubHost.Token));
        Assert.Equal(new SseBlock(null, """{"type":"connected"}""", false, null), await client.NextAsync());
        return client;
    }

    /// <summary>The next block, whatever it holds; <c>null</c> at the end of the stream.</summary>
    public async Task<SseBlock?> NextAsync()
    {
        var block = new SseBlock(null, null, false, null);
        while (await _lines.ReadLineAsync(HubHost.Token) is { } line)
        {
            if (line.Length == 0) return block;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon >= 0, $"A line without a colon: {line}");
            var value = line[(colon + 1)..] is [' ', .. var rest] ? rest : line[(colon + 1)..];
            block = line[..colon] switch
            {
                "" => block with { IsComment = true },
                "id" => block with { Id = LastId = value },
                "data" when block.Data is null => block with { Data = value },
                "retry" => block with { Retry = value },
                var name => throw new InvalidOperationException($"Unexpected field '{name}', or a second one, in a line of {line.Length} characters."),
            };
        }

        return null;
    }

    /// <summary>The next message: blocks without data are passed over.</summary>
    public async Task<SseBlock> NextMessageAsync()
    {
        while (await NextAsync() is { } block)
        {
            if (block.Data is not null) return block;
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    /// <summary>The sequences of the next messages, all of them events.</summary>
    public async Task<IReadOnlyList<long>> SequencesAsync(int count)
    {
        var sequences = new List<long>();
        while (sequences.Count < count)
        {
            var message = await NextMessageAsync();
            Assert.Equal("event", message.Kind);
            Assert.Equal(message.Sequence, message.Event.GetProperty("sequence").GetInt64());
            sequences.Add(message.Sequence);
        }

        return sequences;
    }

    public ValueTask DisposeAsync()
    {
        // Closes the connection: a stream has no end to read up to.
        _response.Dispose();
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
