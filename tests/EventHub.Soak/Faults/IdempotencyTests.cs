using System.Net.Http.Json;
using System.Text.Json;
using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>One key, many publishers at once, and a crash.</summary>
public sealed class IdempotencyTests
{
    private const int Publishers = 50;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Fifty_publishers_with_one_key_make_one_event_and_so_do_fifty_more_after_a_crash(string store)
    {
        using var data = new TemporaryDirectory();
        var how = new HubStart { Arguments = await TestStore.ArgumentsAsync(store) };
        Guid id;
        await using (var hub = await HubProcess.StartAsync(data.Path, how))
        {
            var answers = await PublishAtOnceAsync(hub);
            id = Assert.Single(answers.Select(a => a.Id).Distinct());
            Assert.Equal(1, answers.Count(a => a.Status == 202));
            Assert.Equal(Publishers - 1, answers.Count(a => a.Status == 200));
            await hub.KillAsync();
        }

        await using (var hub = await HubProcess.StartAsync(data.Path, how))
        {
            Assert.All(await PublishAtOnceAsync(hub), a => Assert.Equal((200, id), a));
            var only = Assert.Single((await hub.GetAsync("/events")).GetProperty("events").EnumerateArray());
            Assert.Equal(id, only.GetProperty("id").GetGuid());
            using var other = await SendAsync(hub, amount: 2);
            Assert.Equal(409, (int)other.StatusCode);
        }
    }

    private static async Task<(int Status, Guid Id)[]> PublishAtOnceAsync(HubProcess hub) =>
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            using var response = await SendAsync(hub, amount: 1);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return ((int)response.StatusCode, answer.GetProperty("event_id").GetGuid());
        }));

    private static async Task<HttpResponseMessage> SendAsync(HubProcess hub, int amount)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = JsonContent.Create(new { type = "order.paid", payload = new { amount } }) };
        request.Headers.Add("X-Idempotency-Key", "order-4711");
        return await hub.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
