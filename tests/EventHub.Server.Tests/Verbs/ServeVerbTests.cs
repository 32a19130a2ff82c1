using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.Versioning;
using EventHub.Server.Tests.Metrics;

namespace EventHub.Server.Tests.Verbs;

[UnsupportedOSPlatform("windows")]
public sealed class ServeVerbTests : IDisposable
{
    // Milliseconds; far more than a start takes even on a busy machine.
    private const int Patience = 300_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("eventhub-serve-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task It_serves_until_it_is_told_to_stop_and_exits_with_0(string store)
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--store", store, "--urls", "http://127.0.0.1:0"]);
        var address = await server.WaitUntilListeningAsync(Token);
        Assert.NotEqual(0, address.Port);
        using var client = new HttpClient { BaseAddress = address };
        using var published = await client.PostAsJsonAsync("/events", new { type = "user.created", payload = new { id = 1 } }, Token);
        Assert.Equal(HttpStatusCode.Accepted, published.StatusCode);
        var page = await client.GetStringAsync("/metrics", Token);
        Assert.Equal("", await Promtool.CheckAsync(page));
        Assert.Contains("eventhub_events_received_total{event_type=\"user.created\"} 1\n", page, StringComparison.Ordinal);

        server.Terminate();
        Assert.Equal(0, await server.WaitForExitAsync(Token));
        Assert.Contains($"store {store}", server.Output, StringComparison.Ordinal);
        Assert.Empty(Warnings(server));
    }

    [Fact(Timeout = Patience)]
    public async Task Data_goes_where_the_caller_is_and_is_for_its_owner_alone()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--data", "here", "--urls", "http://127.0.0.1:0"]);
        await server.WaitUntilListeningAsync(Token);
        server.Terminate();
        Assert.Equal(0, await server.WaitForExitAsync(Token));
        foreach (var path in (string[])["here", "here/keys"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_directory, path)));
        Assert.Equal(["here"], Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName));
    }

    [Fact(Timeout = Patience)]
    public async Task The_memory_store_leaves_nothing_behind()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--store", "memory", "--urls", "http://127.0.0.1:0"]);
        await server.WaitUntilListeningAsync(Token);
        server.Terminate();
        Assert.Equal(0, await server.WaitForExitAsync(Token));
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact(Timeout = Patience)]
    public async Task A_bad_configuration_ends_it_with_2_before_anything_is_made()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--batch-size", "0"], ("EVENTHUB_NOPE", "1"));
        Assert.Equal(2, await server.WaitForExitAsync(Token));
        Assert.Equal(2, server.Output.Split('\n').Length);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact(Timeout = Patience)]
    public async Task An_address_in_use_is_told_in_one_line_and_ends_it_with_1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var server = ServerProcess.Start(_directory, ["serve", "--store", "memory", "--urls", $"http://127.0.0.1:{port}"]);
        Assert.Equal(1, await server.WaitForExitAsync(Token));
        Assert.Contains($"127.0.0.1:{port}", Complaint(server), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_data_directory_that_cannot_be_is_told_in_one_line_and_ends_it_with_1()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "file"), "", Token);
        using var server = ServerProcess.Start(_directory, ["serve", "--data", "file/data", "--urls", "http://127.0.0.1:0"]);
        Assert.Equal(1, await server.WaitForExitAsync(Token));
        Assert.Contains("file/data", Complaint(server), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_data_directory_in_use_is_told_in_one_line_and_ends_it_with_1()
    {
        using var first = ServerProcess.Start(_directory, ["serve", "--urls", "http://127.0.0.1:0"]);
        await first.WaitUntilListeningAsync(Token);
        using var second = ServerProcess.Start(_directory, ["serve", "--urls", "http://127.0.0.1:0"]);
        Assert.Equal(1, await second.WaitForExitAsync(Token));
        Assert.Contains(Path.Combine(_directory, "data"), Complaint(second), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Other_machines_being_able_to_reach_it_is_warned_of()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--store", "memory", "--urls", "http://0.0.0.0:0"]);
        await server.WaitUntilListeningAsync(Token);
        Assert.Single(Warnings(server));
    }

    [Fact(Timeout = Patience)]
    public async Task Both_versions_of_HTTP_are_served_in_clear_text()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--store", "memory", "--urls", "http://127.0.0.1:0;h2c://127.0.0.1:0"]);
        await server.WaitUntilListeningAsync(Token);
        using var client = new HttpClient();
        foreach (var (address, version) in server.Addresses.Zip([HttpVersion.Version11, HttpVersion.Version20]))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await client.SendAsync(request, Token);
            Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Logs_are_JSON_when_asked()
    {
        using var server = ServerProcess.Start(_directory, ["serve", "--store", "memory", "--urls", "http://127.0.0.1:0", "--log-format", "json"]);
        await server.WaitUntilListeningAsync(Token);
        Assert.All(server.Output.Split('\n'), line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    // All but Kestrel's of a machine that does not let it run for a second.
    private static IEnumerable<string> Warnings(ServerProcess server) =>
        server.Output.Split('\n').Where(line => line.Contains("warn", StringComparison.OrdinalIgnoreCase) && !line.Contains("heartbeat", StringComparison.Ordinal));

    // The one line for the operator; whatever else was logged is no stack trace.
    private static string Complaint(ServerProcess server)
    {
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        return Assert.Single(server.Output.Split('\n'), line => line.StartsWith("eventhub: ", StringComparison.Ordinal));
    }
}
