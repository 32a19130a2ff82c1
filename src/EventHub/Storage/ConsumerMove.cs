namespace EventHub.Storage;

/// <summary>A cursor to move.</summary>
/// <param name="Name">Whose.</param>
/// <param name="To">Where to; from 0.</param>
/// <param name="Holder">For whom: refused while another client has the lease.</param>
public sealed record ConsumerMove(string Name, long To, string Holder)
{
    /// <summary>Refused when the cursor is beyond <see cref="To"/>.</summary>
    public bool IsForwardOnly { get; init; }

    /// <summary>Refused when the cursor is not here; <c>null</c>: wherever it is.</summary>
    public long? From { get; init; }
}
