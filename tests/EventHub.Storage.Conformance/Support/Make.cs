using System.Globalization;
using System.Text;
using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Storage.Conformance.Support;

/// <summary>Builds what tests put into stores. What a test does not care about has a plain value.</summary>
public static class Make
{
    /// <summary>When tests begin.</summary>
    public static DateTimeOffset Time { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An event that is not yet appended.</summary>
    public static Event Event(
        string type = "order.created", string payload = "{\"n\":1}", DateTimeOffset? createdAt = null,
        string source = "api", string? organizationId = null, string? userId = null) => new()
        {
            Id = Guid.CreateVersion7(createdAt ?? Time), Type = type, Payload = Utf8(payload), CreatedAt = createdAt ?? Time,
            Source = source, OrganizationId = organizationId, UserId = userId,
        };

    /// <summary>An event with every field set, to something that is easily damaged.</summary>
    public static Event FullEvent() => new()
    {
        Id = Guid.CreateVersion7(Time), Type = "größe.заказ.作成", Version = "v2-β", Source = "urn:x:\"quoted\"\\back", Subject = "a\nb\tc '; --",
        Payload = Utf8("{\"b\":1.0,\"a\":9007199254740993}"), Metadata = Utf8("{ \"z\" : [ 1 ,2] }"), OrganizationId = "org-😀", UserId = "é≠e\u0301",
        SessionId = "%_[]", InstanceId = "host-1", Schema = "s", Entity = "e", Operation = "o", CreatedAt = Time.AddMilliseconds(123),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", CloudEvent = Utf8("{\"id\":\"1\",\"data_kind\":\"json\"}"),
    };

    /// <summary>An event with nothing set but what has to be.</summary>
    public static Event BareEvent() => new() { Id = Guid.CreateVersion7(Time), Type = "t", Payload = Utf8("null"), CreatedAt = Time };

    /// <summary>A number of events, their payloads their place from 1.</summary>
    public static Event[] Events(int count, string type = "order.created") =>
        [.. Enumerable.Range(1, count).Select(n => Event(type, n.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>An idempotency key valid for a day from <see cref="Time"/>.</summary>
    public static IdempotencyKey Key(string key, string content = "content", DateTimeOffset? expiresAt = null) =>
        new(key, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(content)), expiresAt ?? Time.AddDays(1));

    /// <summary>A subscription.</summary>
    public static Subscription Subscription(string id, params string[] patterns) => new()
    {
        Id = id, Name = id, Events = patterns is [] ? ["*"] : patterns, Destination = new HandlerDestination("test"), CreatedAt = Time, UpdatedAt = Time,
    };

    /// <summary>A result.</summary>
    public static DispatchResult Result(
        DispatchKey key, DispatchStatus status = DispatchStatus.Complete, bool isDeadLetter = false, bool endsException = false,
        DateTimeOffset? resultedAt = null) => new()
        {
            Key = key, Status = status, Attempts = 1, ResultedAt = resultedAt ?? Time.AddSeconds(1), Duration = TimeSpan.FromMilliseconds(5),
            IsDeadLetter = isDeadLetter, EndsException = endsException,
        };

    /// <summary>A result that is a dead letter.</summary>
    public static DispatchResult DeadLetter(DispatchKey key, DateTimeOffset? resultedAt = null) =>
        Result(key, DispatchStatus.Failed, isDeadLetter: true, resultedAt: resultedAt);

    /// <summary>An exception.</summary>
    public static ExceptionRecord Exception(DispatchKey key, ExceptionState state = ExceptionState.Retrying, int attempts = 1) =>
        new() { Key = key, State = state, Attempts = attempts, DueAt = Time.AddSeconds(30) };

    /// <summary>An attempt.</summary>
    public static AttemptRecord Attempt(DispatchKey key, int number) => new()
    {
        Key = key, Number = number, StartedAt = Time.AddSeconds(number), Duration = TimeSpan.FromMilliseconds(number), Outcome = "http_error", HttpStatus = 500,
    };

    /// <summary>The text's bytes.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
