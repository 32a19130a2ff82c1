using System.Net;

namespace EventHub.Client;

/// <summary>The hub refused a request, or did not answer it.</summary>
public class EventHubException : Exception
{
    internal static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoErrors = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Makes one.</summary>
    public EventHubException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The answer's status; <c>null</c> when there was no answer.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>A word for programs, such as <c>IDEMPOTENCY_CONFLICT</c>; <c>null</c> where the status says enough.</summary>
    public string? Code { get; init; }

    /// <summary>What is wrong with which field; empty when it is about none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; init; } = NoErrors;

    /// <summary>When the hub asked to come back.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
