using EventHub.AspNetCore.Http;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace EventHub.AspNetCore.Rpc;

/// <summary>How problems are told to clients: <c>CODE: what, which value, what to do</c>. The codes are those of HTTP, or one for the status.</summary>
internal static class RpcProblems
{
    public const string Invalid = "INVALID_REQUEST";
    public const string Unavailable = "UNAVAILABLE";

    /// <summary>The problem as an exception the client is told.</summary>
    public static HubException Exception(this Problem problem) => new($"{Code(problem)}: {problem.Explanation ?? problem.Title}");

    /// <summary>Throws when anything is wrong.</summary>
    public static void ThrowIfAny(IReadOnlyList<FieldError> errors)
    {
        if (errors.Count > 0) throw Problem.Invalid(errors).Exception();
    }

    private static string Code(Problem problem) => problem.Code ?? problem.Status switch
    {
        StatusCodes.Status400BadRequest => Invalid,
        StatusCodes.Status404NotFound => "NOT_FOUND",
        StatusCodes.Status409Conflict => "CONFLICT",
        StatusCodes.Status413PayloadTooLarge => "TOO_LARGE",
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        _ => "INTERNAL",
    };
}
