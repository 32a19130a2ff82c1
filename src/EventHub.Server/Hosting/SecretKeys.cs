using EventHub.Postgres;
using EventHub.Server.Configuration;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace EventHub.Server.Hosting;

/// <summary>
/// The keys that encrypt webhooks' secrets: ASP.NET data protection, kept beside the secrets: in <c>keys</c> in the data directory, for the hub's user alone, or
/// in the database, which several processes share. They are not encrypted themselves: whoever can read them can read the rest anyway, and the server
/// has nothing else to unlock them with.
/// </summary>
internal static class SecretKeys
{
    // Keys are bound to it: another name could not read what was encrypted under this one.
    private const string ApplicationName = "EventHub";

    /// <summary>Adds them, after the hub, which makes their table. With the memory store they live as long as the process, as the secrets do.</summary>
    public static void AddSecretKeys(this IServiceCollection services, ServerOptions options)
    {
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName);
        if (options.Store == StoreKind.Memory) protection.UseEphemeralDataProtectionProvider();
        else if (options.Postgres is { } postgres) services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new DatabaseKeys(new PostgresSecretKeys(postgres)));
        else protection.PersistKeysToFileSystem(MakeDirectory(Path.Combine(options.DataDirectory, "keys")));
    }

    private static DirectoryInfo MakeDirectory(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(path);
            const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

            // The data directory too when it is new; one that is there has the mode its owner chose.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, ownerOnly);
            var directory = Directory.CreateDirectory(path, ownerOnly);
            if (File.GetUnixFileMode(path) != ownerOnly) File.SetUnixFileMode(path, ownerOnly);
            return directory;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"the data directory cannot be used: {failure.Message}; change 'data' or the directory's permissions", failure);
        }
    }
}
