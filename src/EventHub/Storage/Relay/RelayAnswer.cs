namespace EventHub.Storage.Relay;

/// <summary>What became of a <see cref="RelayCall"/>.</summary>
/// <param name="Node">The process that made the call.</param>
/// <param name="Number">The call.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Text">The client's answer, or its error.</param>
public sealed record RelayAnswer(string Node, long Number, RelayAnswerKind Kind, string? Text = null);
