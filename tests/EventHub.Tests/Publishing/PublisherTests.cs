using System.Text;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Publishing;

public sealed class PublisherTests
{
    private static readonly NewEvent s_plain = new() { Type = "user.created", Payload = "{}"u8.ToArray() };
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_left_out_takes_its_default()
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { InstanceId = "node-1" }, _clock);
        _clock.Advance(TimeSpan.FromTicks(12_345_678));
        var result = await hub.Pipeline.Publisher.PublishAsync(s_plain, Token);
        var item = Assert.Single(result.Appended)!;
        Assert.Equal((PublishStatus.Accepted, 1L, item.Id), (result.Status, item.Sequence, result.Events[0].Id));
        Assert.Equal(("v1", "api", "node-1", Make.Time.AddMilliseconds(1234)), (item.Version, item.Source, item.InstanceId, item.CreatedAt));
        EventAssert.Same(item, 1, await hub.Store.Log.FindAsync(item.Id, Token));
    }

    [Theory]
    [InlineData("a.b.c", "a", "b", "c")]
    [InlineData("a.b", null, null, null)]
    [InlineData("a", null, null, null)]
    [InlineData("a.b.c.d", null, null, null)]
    public async Task Schema_entity_and_operation_come_from_exactly_three_segments(string type, string? schema, string? entity, string? operation)
    {
        await using var hub = await TestHub.StartAsync();
        var item = (await hub.Pipeline.Publisher.PublishAsync(s_plain with { Type = type }, Token)).Appended[0]!;
        Assert.Equal((schema, entity, operation), (item.Schema, item.Entity, item.Operation));
    }

    [Fact]
    public async Task One_of_the_three_as_sent_leaves_the_others_alone()
    {
        await using var hub = await TestHub.StartAsync();
        var item = (await hub.Pipeline.Publisher.PublishAsync(s_plain with { Type = "a.b.c", Entity = "mine" }, Token)).Appended[0]!;
        Assert.Equal((null, "mine", null), (item.Schema, item.Entity, item.Operation));
    }

    [Fact]
    public async Task The_same_key_and_content_get_the_first_answer()
    {
        await using var hub = await TestHub.StartAsync(time: _clock);
        var first = await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        var second = await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        Assert.Equal((PublishStatus.Accepted, PublishStatus.Duplicate), (first.Status, second.Status));
        Assert.Equal((first.Events[0].Id, 1L), (second.Events[0].Id, second.Events[0].Sequence));
        Assert.Empty(second.Appended);
        Assert.Equal(1, hub.Pipeline.Head);
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_a_conflict()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        var result = await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k", Payload = "1"u8.ToArray() }, Token);
        Assert.Equal(PublishStatus.Conflict, result.Status);
        Assert.Equal(1, hub.Pipeline.Head);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_its_window()
    {
        await using var hub = await TestHub.StartAsync(new HubOptions { IdempotencyWindow = TimeSpan.FromMinutes(5) }, _clock);
        await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(PublishStatus.Duplicate, (await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token)).Status);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(PublishStatus.Accepted, (await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token)).Status);
    }

    [Fact]
    public async Task A_batch_is_all_or_nothing_and_names_the_item()
    {
        await using var hub = await TestHub.StartAsync();
        var invalid = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain, s_plain with { Type = "*" }], null, Token);
        Assert.Equal((PublishStatus.Invalid, 1), (invalid.Status, Assert.Single(invalid.Errors).Index));
        await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        var conflict = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain, s_plain, s_plain with { Type = "b", IdempotencyKey = "k" }], null, Token);
        Assert.Equal((PublishStatus.Conflict, 2), (conflict.Status, conflict.ConflictIndex));
        Assert.Equal(1, hub.Pipeline.Head);
    }

    [Fact]
    public async Task An_item_of_a_batch_can_be_a_duplicate_and_the_others_go_in()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Pipeline.Publisher.PublishAsync(s_plain with { IdempotencyKey = "k" }, Token);
        var result = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain, s_plain with { IdempotencyKey = "k" }], null, Token);
        Assert.Equal(PublishStatus.Accepted, result.Status);
        Assert.Equal([(2L, false), (1L, true)], result.Events.Select(e => (e.Sequence, e.IsDuplicate)));
        Assert.Equal([2L, null], result.Appended.Select(e => e?.Sequence));
    }

    [Fact]
    public async Task A_batchs_own_key_covers_the_batch()
    {
        await using var hub = await TestHub.StartAsync();
        var first = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain, s_plain], "k", Token);
        var second = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain, s_plain], "k", Token);
        Assert.Equal((PublishStatus.Accepted, PublishStatus.Duplicate), (first.Status, second.Status));
        Assert.Equal(first.Events.Select(e => e.Id), second.Events.Select(e => e.Id));
        var conflict = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain], "k", Token);
        Assert.Equal((PublishStatus.Conflict, -1), (conflict.Status, conflict.ConflictIndex));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_batch_holds_one_to_a_thousand(int count)
    {
        await using var hub = await TestHub.StartAsync();
        var result = await hub.Pipeline.Publisher.PublishBatchAsync([.. Enumerable.Repeat(s_plain, count)], null, Token);
        Assert.Equal((PublishStatus.Invalid, "events"), (result.Status, result.Errors[0].Field));
    }

    [Fact]
    public async Task A_batch_of_nonsense_is_not_answered_with_an_error_for_each()
    {
        await using var hub = await TestHub.StartAsync();
        var result = await hub.Pipeline.Publisher.PublishBatchAsync([.. Enumerable.Repeat(s_plain with { Type = "" }, 1000)], null, Token);
        Assert.InRange(result.Errors.Count, 1, 110);
    }

    [Theory]
    [InlineData("")]
    [InlineData(256)]
    public async Task A_batchs_key_is_bounded(object key)
    {
        await using var hub = await TestHub.StartAsync();
        var text = key as string ?? new string('k', (int)key);
        var result = await hub.Pipeline.Publisher.PublishBatchAsync([s_plain], text, Token);
        Assert.Equal((PublishStatus.Invalid, "idempotency_key"), (result.Status, Assert.Single(result.Errors).Field));
    }

    [Fact]
    public async Task In_process_JSON_is_checked_and_trusted_JSON_is_not_read_again()
    {
        await using var hub = await TestHub.StartAsync();
        var broken = s_plain with { Payload = Encoding.UTF8.GetBytes("{") };
        Assert.Equal(PublishStatus.Invalid, (await hub.Pipeline.Publisher.PublishAsync(broken, Token)).Status);
        Assert.Equal(PublishStatus.Invalid, (await hub.Pipeline.Publisher.PublishBatchAsync([broken], null, Token)).Status);
        Assert.Equal(PublishStatus.Accepted, (await hub.Pipeline.Publisher.PublishAsync(broken with { IsTrustedJson = true }, Token)).Status);
    }

    [Fact]
    public async Task A_stopped_hub_is_unavailable()
    {
        var hub = await TestHub.StartAsync();
        await hub.DisposeAsync();
        var result = await hub.Pipeline.Publisher.PublishAsync(s_plain, Token);
        Assert.Equal(PublishStatus.Unavailable, result.Status);
        Assert.NotNull(result.RetryAfter);
        Assert.NotNull(result.Error);
    }

    [Theory]
    [InlineData(StorageFailure.Busy, PublishStatus.QueueFull)]
    [InlineData(StorageFailure.DiskFull, PublishStatus.Unavailable)]
    [InlineData(StorageFailure.CommitFailed, PublishStatus.Unavailable)]
    [InlineData(StorageFailure.Closed, PublishStatus.Unavailable)]
    public async Task A_store_that_refuses_is_a_status_and_no_exception(StorageFailure failure, PublishStatus status)
    {
        var store = new GatedStore(new MemoryStore(_clock, new Random(1))) { BeforeAppend = _ => throw new StorageException(failure, "no") };
        await using var hub = await TestHub.StartAsync(time: _clock, store: store);
        Assert.Equal(status, (await hub.Pipeline.Publisher.PublishAsync(s_plain, Token)).Status);
    }

    [Fact]
    public async Task Too_much_waiting_for_the_store_is_told_at_once()
    {
        var gate = new TaskCompletionSource();
        var store = new GatedStore(new MemoryStore(_clock, new Random(1))) { BeforeAppend = _ => gate.Task };
        await using var hub = await TestHub.StartAsync(new HubOptions { MaxPendingEvents = 1 }, _clock, store);
        var waiting = hub.Pipeline.Publisher.PublishAsync(s_plain, Token).AsTask();
        Assert.Equal(PublishStatus.QueueFull, (await hub.Pipeline.Publisher.PublishAsync(s_plain, Token)).Status);
        gate.SetResult();
        Assert.Equal(PublishStatus.Accepted, (await waiting).Status);
    }

    [Fact]
    public async Task Cancelled_before_it_was_taken_up_nothing_happened()
    {
        await using var hub = await TestHub.StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await hub.Pipeline.Publisher.PublishAsync(s_plain, new CancellationToken(true)));
        Assert.Equal(0, hub.Pipeline.Head);
    }
}
