namespace EventHub.Consumers;

/// <summary>What came of a call.</summary>
public enum ConsumerResult
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>There is no such consumer.</summary>
    NotFound,

    /// <summary>Another client has it (see <see cref="Storage.ConsumerRecord.Holder"/>).</summary>
    Held,

    /// <summary>The cursor is beyond that already.</summary>
    Backward,

    /// <summary>There is no such event yet.</summary>
    BeyondHead,
}
