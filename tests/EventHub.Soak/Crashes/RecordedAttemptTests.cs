namespace EventHub.Soak.Crashes;

public sealed class RecordedAttemptTests
{
    [Fact]
    public void A_record_is_of_the_request_that_had_ended_when_the_attempt_did()
    {
        SoakRequest[] requests = [Ended(), Ended(), Ended()];

        Assert.Equal([true, false, false], Whose(requests[0].EndedAt));
        Assert.Equal([false, true, false], Whose(requests[1].EndedAt + TimeSpan.FromMilliseconds(1)));
        Assert.Equal([false, false, true], Whose(requests[2].EndedAt + TimeSpan.FromSeconds(1)));
        Assert.Equal([false, false, false], Whose(requests[0].EndedAt - TimeSpan.FromSeconds(1)));

        IEnumerable<bool> Whose(DateTimeOffset endedAt) => requests.Select(request => new RecordedAttempt(endedAt, HasAnswer: true).IsOf(request, requests));
    }

    private static SoakRequest Ended()
    {
        var request = new SoakRequest(Guid.Empty, "id", 1, new Generation(0));
        request.End(Ending.Succeeded);
        // The next one ends where the record's rounding can tell it from this one.
        SpinWait.SpinUntil(() => TimeProvider.System.GetUtcNow() - request.EndedAt > TimeSpan.FromMilliseconds(5));
        return request;
    }
}
