namespace EventHub.Server.Verbs.Remote;

/// <summary>A verb was called wrongly; the message is one line and names what.</summary>
internal sealed class UsageException(string message) : Exception(message);
