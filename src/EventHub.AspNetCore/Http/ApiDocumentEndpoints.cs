using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace EventHub.AspNetCore.Http;

/// <summary><c>/openapi/v1.json</c>, and <c>/docs</c> to browse it.</summary>
internal static class ApiDocumentEndpoints
{
    /// <summary>The document's name: the <c>v1</c> in its path.</summary>
    public const string DocumentName = "v1";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        endpoints.MapSwaggerUI("docs", options =>
        {
            options.DocumentTitle = "EventHub";
            // Relative, so that it holds behind a proxy that adds a path.
            options.SwaggerEndpoint($"../openapi/{DocumentName}.json", "EventHub");
        });
    }
}
