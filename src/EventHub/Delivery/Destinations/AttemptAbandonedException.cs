namespace EventHub.Delivery.Destinations;

/// <summary>An attempt ended before anything of it went out, because its sender may not send it any more (see <see cref="DeliveryRequest.MayStillSend"/>).</summary>
public sealed class AttemptAbandonedException() : Exception("The attempt was given up before it was sent.");
