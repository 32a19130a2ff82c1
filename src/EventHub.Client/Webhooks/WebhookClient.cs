using System.Text.Json;
using System.Text.Json.Nodes;
using EventHub.Client.Http;

namespace EventHub.Client.Webhooks;

/// <summary>Webhooks: subscriptions whose events are sent to a URL.</summary>
public sealed class WebhookClient
{
    private readonly HubHttp _http;

    internal WebhookClient(HubHttp http) => _http = http;

    /// <summary>Creates a webhook. Its <see cref="Webhook.Secret"/> is in this answer and never shown again.</summary>
    /// <remarks>Not repeated after a lost answer: there could be two.</remarks>
    public Task<Webhook> CreateAsync(NewWebhook webhook, CancellationToken cancellationToken = default) =>
        PostAsync(JsonSerializer.SerializeToUtf8Bytes(webhook, HubWireJsonContext.Default.NewWebhook), cancellationToken);

    /// <summary>Creates a webhook from JSON, for fields <see cref="NewWebhook"/> does not have; <c>"secret": null</c> for one whose requests are not signed.</summary>
    /// <remarks>Not repeated after a lost answer: there could be two.</remarks>
    public Task<Webhook> CreateAsync(JsonObject webhook, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return PostAsync(JsonPayload.FromNode(webhook).Json, cancellationToken);
    }

    /// <summary>All webhooks, in order of creation.</summary>
    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _http.SendAsync(new HubRequest(HttpMethod.Get, "webhooks"), HubWireJsonContext.Default.WebhookList, cancellationToken).ConfigureAwait(false)).Webhooks;

    /// <summary>One of them; <c>null</c> when there is none.</summary>
    public async Task<Webhook?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await _http.FindAsync(new HubRequest(HttpMethod.Get, Path(id)), HubWireJsonContext.Default.WebhookAnswer, cancellationToken).ConfigureAwait(false))?.Webhook;

    /// <summary>Changes what is given.</summary>
    public Task<Webhook> UpdateAsync(string id, WebhookChange change, CancellationToken cancellationToken = default) =>
        PatchAsync(id, JsonSerializer.SerializeToUtf8Bytes(change, HubWireJsonContext.Default.WebhookChange), cancellationToken);

    /// <summary>Changes it by a JSON merge patch (RFC 7396): <c>null</c> sets a field back to its default.</summary>
    public Task<Webhook> UpdateAsync(string id, JsonObject patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return PatchAsync(id, JsonPayload.FromNode(patch).Json, cancellationToken);
    }

    /// <summary>Deletes one; false when there is none.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) => _http.DeleteAsync(Path(id), cancellationToken);

    /// <summary>Gives it a new secret, while the old one signs along for a time.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="secret">The new one; <c>null</c>: one the hub makes.</param>
    /// <param name="grace">How long the old one signs along, at most 30 days; <c>null</c>: a day.</param>
    /// <param name="cancellationToken">Cancels the request; the hub may have taken it up.</param>
    /// <remarks>Not repeated after a lost answer: it holds the secret.</remarks>
    public Task<RotatedSecret> RotateSecretAsync(string id, string? secret = null, TimeSpan? grace = null, CancellationToken cancellationToken = default) => _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(id)}/rotate-secret")
        {
            Json = JsonSerializer.SerializeToUtf8Bytes(new RotateRequest(secret, (long?)grace?.TotalSeconds), HubWireJsonContext.Default.RotateRequest), IsRepeatable = false,
        },
        EventHubJsonContext.Default.RotatedSecret,
        cancellationToken);

    /// <summary>Sends it a <c>webhook.triggered</c> event.</summary>
    /// <returns>The event's id: what became of it is in its dispatches.</returns>
    public async Task<Guid> TestAsync(string id, CancellationToken cancellationToken = default) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Post, $"{Path(id)}/test") { IsRepeatable = false }, HubWireJsonContext.Default.TestSent, cancellationToken).ConfigureAwait(false)).EventId;

    private static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"webhooks/{Uri.EscapeDataString(id)}";
    }

    private async Task<Webhook> PostAsync(ReadOnlyMemory<byte> webhook, CancellationToken cancellationToken) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Post, "webhooks") { Json = webhook, IsRepeatable = false }, HubWireJsonContext.Default.WebhookAnswer, cancellationToken).ConfigureAwait(false)).Webhook;

    private async Task<Webhook> PatchAsync(string id, ReadOnlyMemory<byte> patch, CancellationToken cancellationToken) => (await _http.SendAsync(
        new HubRequest(HttpMethod.Patch, Path(id)) { Json = patch }, HubWireJsonContext.Default.WebhookAnswer, cancellationToken).ConfigureAwait(false)).Webhook;
}
