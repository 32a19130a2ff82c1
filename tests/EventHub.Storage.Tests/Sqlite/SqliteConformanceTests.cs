using EventHub.Storage.Conformance;

namespace EventHub.Storage.Tests.Sqlite;

// One line per class of the suite, together in one file so that what runs is seen at a glance.

public sealed class SqliteAppendTests : AppendTests<SqliteProvider>;
public sealed class SqliteConcurrencyTests : ConcurrencyTests<SqliteProvider>;
public sealed class SqliteConsumerTests : ConsumerTests<SqliteProvider>;
public sealed class SqliteDeadLetterTests : DeadLetterTests<SqliteProvider>;
public sealed class SqliteDispatchQueryTests : DispatchQueryTests<SqliteProvider>;
public sealed class SqliteIdempotencyTests : IdempotencyTests<SqliteProvider>;
public sealed class SqliteLeaseTests : LeaseTests<SqliteProvider>;
public sealed class SqliteLifecycleTests : LifecycleTests<SqliteProvider>;
public sealed class SqliteObserverTests : ObserverTests<SqliteProvider>;
public sealed class SqlitePartitionTests : PartitionTests<SqliteProvider>;
public sealed class SqliteQueryTests : QueryTests<SqliteProvider>;
public sealed class SqliteReadTests : ReadTests<SqliteProvider>;
public sealed class SqliteRelayTests : RelayTests<SqliteProvider>;
public sealed class SqliteRecoveryTests : RecoveryTests<SqliteProvider>;
public sealed class SqliteRetentionTests : RetentionTests<SqliteProvider>;
public sealed class SqliteSettlementTests : SettlementTests<SqliteProvider>;
public sealed class SqliteSubscriptionTests : SubscriptionTests<SqliteProvider>;
public sealed class SqliteTrackTests : TrackTests<SqliteProvider>;
