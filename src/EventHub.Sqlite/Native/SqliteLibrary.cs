using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace EventHub.Sqlite.Native;

/// <summary>
/// Chooses the native library once per process: the system's SQLite when it is newer than the one that comes with the package
/// (fixes arrive there first), else the package's.
/// </summary>
internal static class SqliteLibrary
{
    private const int PackagedVersion = 3_035_005;
    private static readonly string[] s_systemNames = ["libsqlite3.so.0", "libsqlite3.dylib"];
    private static readonly Lazy<SqliteLibraryInfo> s_loaded = new(Load);

    /// <summary>Loads the library at first use, and says which one runs.</summary>
    public static SqliteLibraryInfo Loaded => s_loaded.Value;

    private static SqliteLibraryInfo Load()
    {
        var origin = "packaged";
        var system = FindNewerSystemLibrary();
        if (system != 0)
        {
            try
            {
                NativeLibrary.SetDllImportResolver(
                    typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? system : 0);
                origin = "system";
            }
            catch (InvalidOperationException)
            {
                // Another user of SQLite in this process has set a resolver already: its choice stands.
                origin = "chosen by the host";
            }
        }

        Batteries_V2.Init();
        const int MemoryStatus = 9; // SQLITE_CONFIG_MEMSTATUS: statistics nobody reads, at the price of a lock around every allocation
        _ = raw.sqlite3_config(MemoryStatus, 0); // refused, and of no matter, where another user of SQLite in this process came first
        return new SqliteLibraryInfo(raw.sqlite3_libversion().utf8_to_string(), origin);
    }

    private static nint FindNewerSystemLibrary()
    {
        foreach (var name in s_systemNames)
        {
            if (!NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out var library)) continue;
            if (VersionOf(library) > PackagedVersion) return library;
            NativeLibrary.Free(library);
        }

        return 0;
    }

    private static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var function) ? ((delegate* unmanaged[Cdecl]<int>)function)() : 0;
}
