using System.CommandLine;
using System.Text.Json.Nodes;

namespace EventHub.Server.Verbs.Remote;

/// <summary>The options of <c>webhooks create</c> and <c>update</c>, put together as the JSON the hub takes.</summary>
internal sealed class WebhookOptions
{
    private readonly Option<string> _name = new("--name");
    private readonly Option<string> _secret = new("--secret");
    private readonly Option<string> _source = new("--source");
    private readonly Option<string> _format = new("--format");
    private readonly Option<string> _start = new("--start");
    private readonly Option<string[]> _headers = new("--header") { AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> _orderingKey = new("--ordering-key");
    private readonly Option<string> _timeout = new("--timeout");
    private readonly Option<int?> _concurrency = new("--concurrency");
    private readonly Option<int?> _partitions = new("--partitions");
    private readonly Option<int?> _retries = new("--retries");
    private readonly Option<string> _schedule = new("--schedule");
    private readonly Option<bool?> _active = new("--active");
    private readonly Option<bool?> _paused = new("--paused");
    private readonly Option<string> _set = new("--set");

    /// <summary>Adds them to a verb.</summary>
    public WebhookOptions(Command command)
    {
        foreach (var option in (Option[])[_name, _secret, _source, _format, _start, _headers, _orderingKey, _timeout, _concurrency, _partitions, _retries, _schedule, _active, _paused, _set])
            command.Add(option);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="UsageException">A value is not of its form.</exception>
    public JsonObject Read(ParseResult parsed)
    {
        var json = new JsonObject();
        Add(json, "name", parsed.GetValue(_name));
        Add(json, "secret", parsed.GetValue(_secret));
        Add(json, "source", parsed.GetValue(_source));
        Add(json, "format", parsed.GetValue(_format));
        Add(json, "start", parsed.GetValue(_start));
        Add(json, "ordering_key", parsed.GetValue(_orderingKey));
        if (Moment.Duration("--timeout", parsed.GetValue(_timeout)) is { } timeout) json["timeout_ms"] = (long)timeout.TotalMilliseconds;
        if (parsed.GetValue(_concurrency) is { } concurrency) json["concurrency"] = concurrency;
        if (parsed.GetValue(_partitions) is { } partitions) json["partitions"] = partitions;
        if (parsed.GetValue(_active) is { } active) json["active"] = active;
        if (parsed.GetValue(_paused) is { } paused) json["paused"] = paused;
        if (Headers(parsed) is { Count: > 0 } headers) json["headers"] = headers;
        if (Retry(parsed) is { Count: > 0 } retry) json["retry"] = retry;
        if (parsed.GetValue(_set) is { } set) Merge(json, set);
        return json;
    }

    private static void Add(JsonObject json, string field, string? value)
    {
        if (value is not null) json[field] = value;
    }

    private static void Merge(JsonObject json, string set)
    {
        JsonObject? given = null;
        try
        {
            given = JsonNode.Parse(set) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            // Told below.
        }

        if (given is null) throw new UsageException("--set: it must be a JSON object such as '{\"rate_limit\":{\"limit\":5}}'");
        foreach (var (field, value) in given) json[field] = value?.DeepClone();
    }

    private JsonObject Headers(ParseResult parsed)
    {
        var headers = new JsonObject();
        foreach (var header in parsed.GetValue(_headers) ?? [])
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) throw new UsageException($"--header: '{header}' must be written 'Name: value'");
            headers[header[..colon]] = header[(colon + 1)..].Trim();
        }

        return headers;
    }

    private JsonObject Retry(ParseResult parsed)
    {
        var retry = new JsonObject();
        if (parsed.GetValue(_retries) is { } retries) retry["limit"] = retries;
        if (parsed.GetValue(_schedule) is not { } schedule) return retry;
        var waits = schedule.Split(',', StringSplitOptions.TrimEntries).Select(static wait => Moment.Duration("--schedule", wait)!.Value.TotalSeconds).ToList();
        retry["schedule_seconds"] = new JsonArray([.. waits.Select(static wait => JsonValue.Create(wait))]);
        if (!retry.ContainsKey("limit")) retry["limit"] = waits.Count;
        return retry;
    }
}
