using EventHub.Publishing;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Why a request is not done: HTTP answers it as problem+json, RPC throws it.</summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Title">What kind of problem; the same for each problem of its kind.</param>
/// <param name="Errors">The fields that are wrong; may be empty.</param>
/// <param name="Detail">This problem: what, which value, what to do; <c>null</c> where the fields say it.</param>
/// <param name="Code">A word for programs, in capitals, where the status is not enough.</param>
internal sealed record Problem(int Status, string Title, IReadOnlyList<FieldError> Errors, string? Detail = null, string? Code = null)
{
    private const int Shown = 3;

    /// <summary>When to try again, where that makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is wrong, in a sentence: the detail, or else the first fields; <c>null</c> where the title says it all.</summary>
    public string? Explanation
    {
        get
        {
            if (Detail is not null || Errors.Count == 0) return Detail;
            var summary = string.Join("; ", Errors.Take(Shown).Select(e => $"{Name(e)} {e.Message}"));
            return Errors.Count > Shown ? $"{summary}; and {Errors.Count - Shown} more" : summary;
        }
    }

    /// <summary>400, naming fields.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) => new(StatusCodes.Status400BadRequest, "Invalid request", errors);

    /// <summary>404, for example <c>Webhook not found</c>.</summary>
    public static Problem NotFound(string noun) => new(StatusCodes.Status404NotFound, $"{noun} not found", []);

    /// <summary>The path of a field, with the index of its item in a batch.</summary>
    public static string Name(FieldError error) => error.Index is { } index ? $"[{index}].{error.Field}" : error.Field;
}
