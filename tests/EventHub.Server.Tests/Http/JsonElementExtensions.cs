using System.Text.Json;

namespace EventHub.Server.Tests.Http;

internal static class JsonElementExtensions
{
    /// <summary>The fields a problem names, in order.</summary>
    public static IEnumerable<string> ErrorFields(this JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) ? errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal) : [];

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static IEnumerable<string> Names(this JsonElement json) => json.EnumerateObject().Select(p => p.Name);
}
