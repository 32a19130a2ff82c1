namespace EventHub.Delivery.Destinations.Rpc;

/// <summary>A client, or those of one name of another hub, and how much it has to do.</summary>
internal sealed class RpcServer(IRpcConnection connection)
{
    /// <summary>Fewest events in hand per client first; among equals those connected here, which are nearer.</summary>
    public static readonly IComparer<RpcServer> ByLoad = Comparer<RpcServer>.Create(static (left, right) =>
        ((long)left.InHand * right.Clients).CompareTo((long)right.InHand * left.Clients) is not 0 and var order ? order : left.IsElsewhere.CompareTo(right.IsElsewhere));

    public IRpcConnection Connection { get; } = connection;

    /// <summary>What it serves, when it is connected here.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it stands for clients of another hub.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>How many clients it stands for.</summary>
    public int Clients { get; set; } = 1;

    /// <summary>Events given to it that it has not answered yet.</summary>
    public int InHand { get; set; }
}
