namespace EventHub.Diagnostics;

/// <summary>Where one subscription stands when metrics are read.</summary>
/// <param name="Subscriber">The subscription's name.</param>
/// <param name="Pending">Dispatches known and not ended: in flight, waiting, retrying, parked.</param>
/// <param name="LagEvents">Events between the subscription's floor and the head of the log.</param>
/// <param name="OldestAgeSeconds">Age of the oldest event it is still owed, in seconds; 0 when it is owed none.</param>
/// <param name="DeadLetters">Its dead letters.</param>
public readonly record struct SubscriberGauges(string Subscriber, long Pending, long LagEvents, double OldestAgeSeconds, long DeadLetters);
