using EventHub.Consumers;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Consumers;

/// <summary>Who a request of a consumer's client is from.</summary>
internal static class ConsumerClient
{
    /// <summary>The header a client names itself in, and the hub the one that has a consumer.</summary>
    public const string Header = "X-Consumer-Instance";

    /// <summary>The same for clients that cannot set a header.</summary>
    public const string Parameter = "instance";

    /// <summary>The client's name; <c>null</c> when it gives none.</summary>
    public static string? Read(HttpRequest request, StrictQuery query)
    {
        var (name, value) = request.Headers[Header].ToString() is { Length: > 0 } header ? (Header, header) : (Parameter, query.Text(Parameter));
        if (value is not null && ConsumerService.ValidateInstance(value) is { } error) query.Add(name, error);
        return value;
    }
}
