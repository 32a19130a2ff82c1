using Microsoft.AspNetCore.Http;

namespace EventHub.AspNetCore.Http;

/// <summary>Reads the bodies of management requests: small, JSON, kept as long as the request needs them.</summary>
internal static class JsonBody
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The body, or <c>null</c> when the request has been answered: 415, 413.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpContext context)
    {
        // PATCH comes as a merge patch too, which is what it is.
        if (!ContentTypes.IsJsonBody(context.Request) && !IsMergePatch(context.Request))
        {
            await ContentTypes.Refuse(context, HttpMethods.IsPatch(context.Request.Method) ? $"{ContentTypes.Json} or {MergePatch}" : ContentTypes.Json);
            return null;
        }

        using var body = await RequestBody.ReadAsync(context, MaxBytes, "this request");
        return body?.Memory.ToArray();
    }

    /// <summary>As <see cref="ReadAsync"/>, with <c>{}</c> in the place of no body.</summary>
    public static async ValueTask<byte[]?> ReadOptionalAsync(HttpContext context)
    {
        // Many clients name a content type, even a form's, with the body they do not send.
        if (context.Request.ContentLength == 0) return "{}"u8.ToArray();
        var body = await ReadAsync(context);
        return body is { Length: 0 } ? "{}"u8.ToArray() : body;
    }

    private const string MergePatch = "application/merge-patch+json";

    private static bool IsMergePatch(HttpRequest request) =>
        HttpMethods.IsPatch(request.Method) && ContentTypes.MediaType(request) == MergePatch && !ContentTypes.IsOtherCharset(request.ContentType);
}
