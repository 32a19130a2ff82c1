namespace EventHub.Server.Tests.Rpc;

/// <summary>The hub answered with an error.</summary>
internal sealed class RpcErrorException(string message) : Exception(message);
