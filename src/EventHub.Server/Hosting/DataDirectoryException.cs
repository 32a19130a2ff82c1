namespace EventHub.Server.Hosting;

/// <summary>The data directory cannot be used.</summary>
/// <param name="message">Which directory, why, what to do.</param>
/// <param name="inner">What the system said.</param>
internal sealed class DataDirectoryException(string message, Exception inner) : Exception(message, inner);
