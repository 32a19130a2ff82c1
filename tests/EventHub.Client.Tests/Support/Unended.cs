namespace EventHub.Client.Tests.Support;

/// <summary>Takes a number of items from what does not end.</summary>
internal static class Unended
{
    public static async Task<List<T>> TakeAsync<T>(this IAsyncEnumerable<T> items, int count, int seconds = 180)
    {
        var taken = new List<T>();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            await foreach (var item in items.WithCancellation(deadline.Token))
            {
                taken.Add(item);
                if (taken.Count == count) break;
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"Only {taken.Count} of {count} came within {seconds} s.");
        }

        return taken;
    }
}
