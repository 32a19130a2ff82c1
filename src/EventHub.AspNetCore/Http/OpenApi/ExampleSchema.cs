using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventHub.AspNetCore.Http.OpenApi;

/// <summary>Makes a schema of an example, so that the two cannot disagree.</summary>
internal static class ExampleSchema
{
    /// <summary>The schema of an example.</summary>
    public static OpenApiSchema Of(JsonNode? example) => example switch
    {
        JsonObject @object => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = @object.ToDictionary(p => p.Key, IOpenApiSchema (p) => Of(p.Value)),
        },
        JsonArray array => new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = array.Count == 0 ? new OpenApiSchema() : Of(array[0]),
        },
        JsonValue value => new OpenApiSchema { Type = TypeOf(value) },
        // A null in an example stands for something that may be absent; what it is when present the example does not tell.
        _ => new OpenApiSchema(),
    };

    private static JsonSchemaType TypeOf(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.Number => value.TryGetValue<long>(out _) ? JsonSchemaType.Integer : JsonSchemaType.Number,
        JsonValueKind.True or JsonValueKind.False => JsonSchemaType.Boolean,
        _ => JsonSchemaType.String,
    };
}
