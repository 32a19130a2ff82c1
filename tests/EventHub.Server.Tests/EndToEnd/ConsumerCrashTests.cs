namespace EventHub.Server.Tests.EndToEnd;

/// <summary>Consumers of the real server, which is killed.</summary>
public sealed class ConsumerCrashTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Killed_after_an_acknowledgement_the_next_process_goes_on_behind_it(string store)
    {
        using var directory = new TemporaryDirectory();
        var arguments = await TestStore.ArgumentsAsync(store);
        await using (var server = await ServerProcess.StartAsync(directory.Path, arguments))
        {
            using var created = await server.Http.PutAsync("/consumers/c", Json("""{"events":["*"],"start":"beginning"}"""), TestContext.Current.CancellationToken);
            Assert.Equal(201, (int)created.StatusCode);
            for (var i = 1; i <= 10; i++) await server.PostAsync("/events", new { type = "a", payload = i });
            Assert.Equal(10, (await server.GetAsync("/consumers/c/events")).GetProperty("count").GetInt32());
            await server.PostAsync("/consumers/c/ack", new { sequence = 5 });
            await server.KillAsync();
        }

        await using var next = await ServerProcess.StartAsync(directory.Path, arguments);
        var page = await next.GetAsync("/consumers/c/events");
        Assert.Equal([6, 7, 8, 9, 10], page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.Equal(5, page.GetProperty("cursor").GetInt32());
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
