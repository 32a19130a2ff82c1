using EventHub.Sqlite.Native;
using Xunit;

namespace EventHub.Storage.Tests.Sqlite;

public sealed class LibraryTests
{
    [Fact]
    public void The_library_that_runs_is_no_older_than_the_packaged_one_and_says_where_it_came_from()
    {
        var library = SqliteLibrary.Loaded;

        Assert.True(Version.Parse(library.Version) >= new Version(3, 35, 5), library.Version);
        Assert.Contains(library.Origin, new[] { "system", "packaged" });
    }
}
