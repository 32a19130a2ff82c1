using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>The idempotency key in a request's headers.</summary>
internal static class RequestKey
{
    private const int MaxLength = 255;

    private static readonly string[] s_names = ["X-Idempotency-Key", "Idempotency-Key"];

    /// <summary>Reads the key; <c>null</c> when there is none, or it is not good (an error says why).</summary>
    public static string? Read(IHeaderDictionary headers, List<FieldError> errors)
    {
        string? key = null;
        foreach (var name in s_names)
        {
            if (!headers.TryGetValue(name, out var values)) continue;
            foreach (var value in values)
            {
                if (Validate(value) is { } problem)
                {
                    errors.Add(new FieldError(name, problem));
                    return null;
                }

                if (key is not null && key != value)
                {
                    errors.Add(new FieldError(name, "has another value than the request's other idempotency key header; send one"));
                    return null;
                }

                key = value;
            }
        }

        return key;
    }

    private static string? Validate(string? value) => value switch
    {
        null or "" => "must not be empty",
        { Length: > MaxLength } => $"is {value.Length} characters long; at most {MaxLength} are allowed",
        _ when value.Any(char.IsControl) => "contains a control character",
        _ => null,
    };
}
