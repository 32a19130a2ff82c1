using EventHub.Storage.Conformance;

namespace EventHub.Storage.Tests.Memory;

// One line per class of the suite, together in one file so that what runs is seen at a glance.

public sealed class MemoryAppendTests : AppendTests<MemoryProvider>;
public sealed class MemoryConcurrencyTests : ConcurrencyTests<MemoryProvider>;
public sealed class MemoryConsumerTests : ConsumerTests<MemoryProvider>;
public sealed class MemoryDeadLetterTests : DeadLetterTests<MemoryProvider>;
public sealed class MemoryDispatchQueryTests : DispatchQueryTests<MemoryProvider>;
public sealed class MemoryIdempotencyTests : IdempotencyTests<MemoryProvider>;
public sealed class MemoryLeaseTests : LeaseTests<MemoryProvider>;
public sealed class MemoryLifecycleTests : LifecycleTests<MemoryProvider>;
public sealed class MemoryObserverTests : ObserverTests<MemoryProvider>;
public sealed class MemoryPartitionTests : PartitionTests<MemoryProvider>;
public sealed class MemoryQueryTests : QueryTests<MemoryProvider>;
public sealed class MemoryReadTests : ReadTests<MemoryProvider>;
public sealed class MemoryRelayTests : RelayTests<MemoryProvider>;
public sealed class MemoryRecoveryTests : RecoveryTests<MemoryProvider>;
public sealed class MemoryRetentionTests : RetentionTests<MemoryProvider>;
public sealed class MemorySettlementTests : SettlementTests<MemoryProvider>;
public sealed class MemorySubscriptionTests : SubscriptionTests<MemoryProvider>;
public sealed class MemoryTrackTests : TrackTests<MemoryProvider>;
