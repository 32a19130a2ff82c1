using EventHub.Storage.Conformance;

namespace EventHub.Storage.Tests.Postgres;

// One line per class of the suite, together in one file so that what runs is seen at a glance.

public sealed class PostgresAppendTests : AppendTests<PostgresProvider>;
public sealed class PostgresConcurrencyTests : ConcurrencyTests<PostgresProvider>;
public sealed class PostgresConsumerTests : ConsumerTests<PostgresProvider>;
public sealed class PostgresDeadLetterTests : DeadLetterTests<PostgresProvider>;
public sealed class PostgresDispatchQueryTests : DispatchQueryTests<PostgresProvider>;
public sealed class PostgresIdempotencyTests : IdempotencyTests<PostgresProvider>;
public sealed class PostgresLeaseTests : LeaseTests<PostgresProvider>;
public sealed class PostgresLifecycleTests : LifecycleTests<PostgresProvider>;
public sealed class PostgresObserverTests : ObserverTests<PostgresProvider>;
public sealed class PostgresPartitionTests : PartitionTests<PostgresProvider>;
public sealed class PostgresQueryTests : QueryTests<PostgresProvider>;
public sealed class PostgresReadTests : ReadTests<PostgresProvider>;
public sealed class PostgresRelayTests : RelayTests<PostgresProvider>;
public sealed class PostgresRecoveryTests : RecoveryTests<PostgresProvider>;
public sealed class PostgresRetentionTests : RetentionTests<PostgresProvider>;
public sealed class PostgresSettlementTests : SettlementTests<PostgresProvider>;
public sealed class PostgresSubscriptionTests : SubscriptionTests<PostgresProvider>;
public sealed class PostgresTrackTests : TrackTests<PostgresProvider>;
