using System.Globalization;
using System.Text.Json;

namespace EventHub.Server.Tests.Http.Streaming;

/// <summary>What stood between two empty lines of a stream.</summary>
/// <param name="Id">The value of its <c>id</c> field, if any.</param>
/// <param name="Data">Its data, if any.</param>
/// <param name="IsComment">It held a comment.</param>
/// <param name="Retry">The value of its <c>retry</c> field, if any.</param>
internal sealed record SseBlock(string? Id, string? Data, bool IsComment, string? Retry)
{
    public JsonElement Json => JsonElement.Parse(Data!);

    /// <summary>The kind of message: connected, event, reset.</summary>
    public string? Kind => Data is null ? null : Json.GetProperty("type").GetString();

    public JsonElement Event => Json.GetProperty("event");

    public long Sequence => long.Parse(Id!.Split(':')[1], CultureInfo.InvariantCulture);
}
