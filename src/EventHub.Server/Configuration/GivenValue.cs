namespace EventHub.Server.Configuration;

/// <summary>A value somebody gave for a setting.</summary>
/// <param name="Setting">Which setting.</param>
/// <param name="Text">As written.</param>
/// <param name="Origin">Where: <c>command line</c>, <c>environment EVENTHUB_DATA</c>, <c>eventhub.yaml line 3</c>.</param>
internal sealed record GivenValue(Setting Setting, string Text, string Origin)
{
    /// <summary>What stood there, when <see cref="Text"/> is made from it.</summary>
    public string Written { get; init; } = Text;
}
