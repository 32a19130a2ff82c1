using EventHub.Publishing;

namespace EventHub.Hosting;

/// <summary>The rules of <see cref="HubOptions"/>.</summary>
public static class HubOptionsValidator
{
    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Validate(HubOptions options) => throw new NotSupportedException();
}
