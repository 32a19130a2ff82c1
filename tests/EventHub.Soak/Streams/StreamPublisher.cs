using System.Globalization;
using System.Net;
using System.Text;

namespace EventHub.Soak.Streams;

/// <summary>Publishes as fast as it is answered, each batch until it is.</summary>
internal sealed class StreamPublisher(RestartingHub hub, Random random, string name)
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
