using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http.Publishing;

/// <summary>The trace a publish belongs to.</summary>
internal static class TraceHeader
{
    /// <summary>The request's W3C <c>traceparent</c>; <c>null</c> when there is none or it is not one.</summary>
    public static string? Read(IHeaderDictionary headers)
    {
        var header = headers.TraceParent;
        if (header.Count != 1) return null;
        return header[0] is { Length: <= 55 } value && ActivityContext.TryParse(value, null, out _) ? value : null;
    }
}
