namespace EventHub.Sqlite.Reading;

/// <summary>Where a page of events ends.</summary>
/// <param name="Count">At this many.</param>
/// <param name="Bytes">When the sum of their sizes reaches this.</param>
internal readonly record struct PageLimits(int Count, long Bytes);
