namespace EventHub.Server.Configuration;

/// <summary>What log lines look like.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
