// Uses every part of the client once; published trimmed and run by TrimmingTests.
using EventHub.Client;
using EventHub.Client.Events;
using EventHub.Client.Journal;
using EventHub.Client.Webhooks;

await using var hub = new EventHubClient(args[0]);
await hub.Consumers.SaveAsync("trimmed", ["*"], "beginning");
var published = await hub.PublishAsync("user.created", """{"name":"Ada"}""");
var found = await hub.FindEventAsync(published.EventId);
Check(found?.Event.Payload.GetProperty("name").GetString() == "Ada", "the event");
await foreach (var item in hub.QueryAsync(new EventQuery { Types = ["user.*"] })) Check(item.Id == published.EventId, "the query");
await foreach (var item in hub.SubscribeAsync(new SubscribeOptions { Since = "0" }))
{
    Check(item.Sequence == published.Sequence, "the stream");
    break;
}

await foreach (var item in hub.Consumers.ReadAsync("trimmed"))
{
    Check(item.Sequence == published.Sequence, "the consumer");
    break;
}

var retry = new RetrySettings { Limit = 1, Schedule = [TimeSpan.FromSeconds(0.5)] };
var webhook = await hub.Webhooks.CreateAsync(new NewWebhook { Url = "http://127.0.0.1:1/", Events = ["*"], Delivery = new DeliverySettings { Retry = retry } });
Check((await hub.Webhooks.UpdateAsync(webhook.Id, new WebhookChange { Paused = true })).Paused, "the change");
Check((await hub.Webhooks.ListAsync()).Count == 1, "the list");
Check((await hub.Webhooks.RotateSecretAsync(webhook.Id)).Secret.StartsWith("whsec_", StringComparison.Ordinal), "the rotation");
await foreach (var dispatch in hub.Dispatches.ListAsync(new DispatchQuery { Status = "complete" })) Check(false, $"dispatch {dispatch.Id}");
await foreach (var letter in hub.DeadLetters.ListAsync()) Check(false, $"dead letter {letter.Id}");
Check(await hub.Webhooks.DeleteAsync(webhook.Id) && await hub.Consumers.DeleteAsync("trimmed"), "the deletion");
try
{
    await hub.PublishAsync("not a type", "1");
    Check(false, "the refusal");
}
catch (EventHubException refusal)
{
    Check(refusal.Errors.ContainsKey("type"), "the refusal's fields");
}

var signed = WebhookSignature.Create("secret", "m", TimeProvider.System.GetUtcNow(), "{}"u8);
Check(new WebhookVerifier("secret").VerifyBody(signed.BodySignature, "{}"u8), "the signature");
Console.WriteLine("all of it works");

static void Check(bool isGood, string what)
{
    if (!isGood) throw new InvalidOperationException($"{what} is not as it should be");
}
