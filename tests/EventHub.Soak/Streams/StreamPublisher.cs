using System.Globalization;
using System.Net;
using System.Text;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Streams;

/// <summary>Publishes batch after batch, each until it is answered.</summary>
/// <param name="hub">Who takes them.</param>
/// <param name="random">Of what it sends.</param>
/// <param name="name">Begins the numbers of its events.</param>
/// <param name="pause">Between two batches; none: as fast as it is answered.</param>
internal sealed class StreamPublisher(RestartingHub hub, Random random, string name, TimeSpan pause)
{
    public const int Types = 8;
    public const int Sources = 3;

    public async Task<int> RunAsync(CancellationToken end)
    {
        var published = 0;
        for (var batch = 0; !end.IsCancellationRequested; batch++)
        {
            var body = new StringBuilder();
            var count = random.Next(1, 40);
            for (var i = 0; i < count; i++)
                body.Append(CultureInfo.InvariantCulture, $$$"""{"type":"t{{{random.Next(Types)}}}","source":"s{{{random.Next(Sources)}}}","payload":{"n":"{{{name}}}-{{{batch}}}-{{{i}}}"}}""").Append('\n');
            await SendAsync(body.ToString(), $"{name}-{batch}");
            published += count;
            // Not cancelled with the publishing: it is short.
            await Pause.ForAsync(pause, TestContext.Current.CancellationToken);
        }

        return published;
    }

    private async Task SendAsync(string body, string key)
    {
        var end = TestContext.Current.CancellationToken;
        while (true)
        {
            try
            {
                var running = await hub.RunningAsync(end);
                using var request = new HttpRequestMessage(HttpMethod.Post, "/events/batch") { Content = new StringContent(body, Encoding.UTF8, "application/x-ndjson") };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await running.Http.SendAsync(request, end);
                if (response.IsSuccessStatusCode) return;
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            }
            catch (Exception e) when (RestartingHub.IsLoss(e, end))
            {
                // Sent again, under its key.
            }
        }
    }
}
