namespace EventHub.Client.Journal;

internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? NextCursor);
