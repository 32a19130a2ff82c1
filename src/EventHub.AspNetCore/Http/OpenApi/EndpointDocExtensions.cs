using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>Puts an <see cref="EndpointDoc"/> on an endpoint.</summary>
internal static class EndpointDocExtensions
{
    private const string Problem = """
        {"type":"about:blank","title":"Invalid request","status":400,"detail":"type is required","error":"type is required","errors":{"type":["is required"]}}
        """;

    /// <summary>Says in the OpenAPI document what the endpoint does.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="doc">What it does.</param>
    /// <param name="handler">Its handler: the document's generator only sees endpoints that carry one.</param>
    public static void WithDoc(this IEndpointConventionBuilder builder, EndpointDoc doc, RequestDelegate handler)
    {
        builder.Add(endpoint =>
        {
            if (!endpoint.Metadata.OfType<System.Reflection.MethodInfo>().Any()) endpoint.Metadata.Add(handler.Method);
        });
        builder.WithTags(doc.Tag);
        builder.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            Describe(operation, doc);
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiOperation operation, EndpointDoc doc)
    {
        operation.Summary = doc.Summary;
        operation.Description = doc.Description;
        operation.Parameters =
        [
            .. doc.Path.Select(p => Parameter(p, ParameterLocation.Path)),
            .. doc.Query.Select(p => Parameter(p, ParameterLocation.Query)),
            .. doc.Headers.Select(p => Parameter(p, ParameterLocation.Header)),
        ];
        if (doc.Requests.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !doc.IsBodyOptional,
                Content = doc.Requests.ToDictionary(r => r.ContentType, r => Media(r.ContentType, r.Example)),
            };
        }

        operation.Responses = [];
        foreach (var (status, description, example) in doc.Answers) operation.Responses[Key(status)] = Answer(description, "application/json", example);
        foreach (var status in doc.Errors)
            operation.Responses.TryAdd(Key(status), Answer(ReasonPhrases.GetReasonPhrase(status), "application/problem+json", Problem));
    }

    private static OpenApiParameter Parameter((string Name, string Description) parameter, ParameterLocation location) => new()
    {
        Name = parameter.Name,
        Description = parameter.Description,
        In = location,
        Required = location == ParameterLocation.Path,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiResponse Answer(string description, string contentType, string? example) => new()
    {
        Description = description,
        Content = example is null ? null : new Dictionary<string, OpenApiMediaType> { [contentType] = Media(contentType, example) },
    };

    private static OpenApiMediaType Media(string contentType, string example)
    {
        // A stream of JSON values is not one JSON value: shown as text.
        var node = contentType.EndsWith("json", StringComparison.Ordinal) && !contentType.EndsWith("ndjson", StringComparison.Ordinal)
            ? JsonNode.Parse(example)
            : JsonValue.Create(example);
        return new OpenApiMediaType { Schema = ExampleSchema.Of(node), Example = node };
    }

    private static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}
