using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace EventHub.Benchmarks.Roles;

/// <summary>
/// What deliveries are compared with: a loop around HttpClient that posts a body of a webhook's size and reads the answer, and nothing else. Reads
/// <c>url concurrency seconds</c> lines and answers each with the requests per second.
/// </summary>
internal static class ClientLoop
{
    private static readonly byte[] s_body = Load.EventBody.EnvelopeLike();

    public static async Task RunAsync()
    {
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ');
            Console.WriteLine(await MeasureAsync(new Uri(parts[0]), int.Parse(parts[1]), TimeSpan.FromSeconds(double.Parse(parts[2]))));
        }
    }

    private static async Task<double> MeasureAsync(Uri url, int concurrency, TimeSpan duration)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => LoopAsync(client, url, started, duration)));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> LoopAsync(HttpClient client, Uri url, long started, TimeSpan duration)
    {
        await Task.Yield();
        var count = 0L;
        for (; Stopwatch.GetElapsedTime(started) < duration; count++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(s_body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            using var response = await client.SendAsync(request);
            if ((int)response.StatusCode != StatusCodes.Status200OK) throw new InvalidOperationException($"the receiver answered {response.StatusCode}");
        }

        return count;
    }
}
