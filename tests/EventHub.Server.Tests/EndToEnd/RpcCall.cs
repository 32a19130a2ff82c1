namespace EventHub.Server.Tests.EndToEnd;

/// <summary>A line of tests/node/rpc-handler.mjs: a call begun or ended, at a time all processes share.</summary>
internal sealed record RpcCall(string What, string Key, string Number, long At)
{
    public static RpcCall Parse(string line) => line.Split(' ') is [var what, var key, var number, var at] ? new RpcCall(what, key, number, long.Parse(at)) : throw new FormatException(line);

    /// <summary>Per key each number from 0 began in its order, none before the one before had ended for good.</summary>
    public static void AssertOrdered(IEnumerable<RpcCall> calls, int keys, int perKey)
    {
        var lanes = calls.GroupBy(c => c.Key).ToList();
        Assert.Equal(keys, lanes.Count);
        foreach (var lane in lanes)
        {
            // A call that was killed has no end; whatever begins after it is the same event again.
            var begun = lane.Where(c => c.What == "begin").OrderBy(c => c.At).Select(c => int.Parse(c.Number)).ToList();
            Assert.Equal(Enumerable.Range(0, perKey), begun.Distinct());
            Assert.Equal(begun.Order(), begun);
            foreach (var end in lane.Where(c => c.What == "end"))
                Assert.DoesNotContain(lane, c => c.What == "begin" && int.Parse(c.Number) > int.Parse(end.Number) && c.At < end.At);
        }
    }
}
