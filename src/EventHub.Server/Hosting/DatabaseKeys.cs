using System.Xml.Linq;
using EventHub.Postgres;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EventHub.Server.Hosting;

/// <summary>Keys of ASP.NET data protection in the database.</summary>
internal sealed class DatabaseKeys(PostgresSecretKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. keys.Load().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) => keys.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
