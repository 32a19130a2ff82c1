namespace EventHub.Journal;

/// <summary>Some dead letters.</summary>
/// <param name="DeadLetters">In the order asked for.</param>
/// <param name="NextCursor">Where the next page begins; <c>null</c> at the end.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? NextCursor);
