using EventHub.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Streaming;

/// <summary>Counts open streams: there are never more than the options allow.</summary>
internal sealed class StreamSlots(StreamOptions options)
{
    private int _taken;

    /// <summary>Streams open now.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a slot; to be given back with <see cref="Leave"/>. False when none is free.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= options.MaxConnections) return true;
        Leave();
        return false;
    }

    /// <summary>Gives a slot back.</summary>
    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>503.</summary>
    public Problem Refusal => new(
        StatusCodes.Status503ServiceUnavailable, "Too many streams", [], $"{options.MaxConnections} streams are open, which is the limit; try again later", "TOO_MANY_STREAMS")
    {
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    /// <summary>Answers 503.</summary>
    public Task Refuse(HttpContext context) => ProblemJson.Write(context, Refusal);
}
