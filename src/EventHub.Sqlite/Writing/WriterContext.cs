using Microsoft.Extensions.Logging;

namespace EventHub.Sqlite.Writing;

/// <summary>What surrounds the writer.</summary>
/// <param name="Path">The database file, for messages.</param>
/// <param name="Clock">The store's clock.</param>
/// <param name="Logger">Where it logs.</param>
internal sealed record WriterContext(string Path, TimeProvider Clock, ILogger Logger);
