namespace EventHub.Server.Tests.EndToEnd;

/// <summary>A real GitHub webhook payload as a publishable event.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Line">The whole line: the body of a publish.</param>
/// <param name="Payload">The payload's own bytes within it.</param>
internal sealed record GitHubEvent(string Type, byte[] Line, byte[] Payload);
