using EventHub.AspNetCore.Http;
using EventHub.AspNetCore.Http.Json;

namespace EventHub.AspNetCore.Rpc;

/// <summary>Makes and changes webhooks for clients.</summary>
internal sealed class RpcWebhooks(WebhookIntake webhooks)
{
    /// <summary>
    /// Makes one and answers with its id. Requests are signed when the client brings a secret: the answer has no room for one made here, and a signature
    /// nobody can check is worth nothing.
    /// </summary>
    public async Task<RawJson> RegisterAsync(RawJson webhook, CancellationToken cancellationToken)
    {
        var (made, _, errors) = await webhooks.CreateAsync(webhook.OrEmptyObject, isSigned: false, cancellationToken);
        RpcProblems.ThrowIfAny(errors);
        return RawJson.Write(made!.Id, static (writer, id) => writer.WriteStringValue(id));
    }

    public RawJson List() => RawJson.Write(webhooks.List(), static (writer, all) => AnswerJson.WriteList(writer, "webhooks", all, WebhookJsonWriter.WriteItem));

    public RawJson Find(RawJson id) =>
        webhooks.Find(RpcArguments.Text(id, "id")) is { } found ? RawJson.Write(found, WebhookJsonWriter.WriteFound) : throw NotFound();

    public async Task<RawJson> UpdateAsync(RawJson id, RawJson changes, CancellationToken cancellationToken)
    {
        var (webhook, secret, errors) = await webhooks.UpdateAsync(RpcArguments.Text(id, "id"), changes.OrEmptyObject.ToArray(), cancellationToken);
        RpcProblems.ThrowIfAny(errors);
        if (webhook is null) throw NotFound();
        return RawJson.Write((webhook, secret), static (writer, state) => WebhookJsonWriter.WriteChanged(writer, state.webhook, state.secret));
    }

    public async Task<RawJson> DeleteAsync(RawJson id, CancellationToken cancellationToken) =>
        await webhooks.DeleteAsync(RpcArguments.Text(id, "id"), cancellationToken)
            ? RawJson.Write(0, static (writer, _) => AnswerJson.WriteSuccess(writer))
            : throw NotFound();

    private static Microsoft.AspNetCore.SignalR.HubException NotFound() => Problem.NotFound(WebhookIntake.Noun).Exception();
}
