using EventHub.Soak.Processes;

namespace EventHub.Soak.Faults;

/// <summary>A hub that cannot start says why in one line, and ends with 1.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_second_process_on_the_data_directory_is_refused_and_the_first_goes_on()
    {
        using var data = new TemporaryDirectory();
        await using var first = await HubProcess.StartAsync(data.Path);
        var line = await RefusalAsync(data.Path);
        Assert.Contains(data.Path, line, StringComparison.Ordinal);
        Assert.Contains($"process {first.Id}", line, StringComparison.Ordinal);
        await first.PostAsync("/events", new { type = "still.here", payload = 1 });
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "data");
        await File.WriteAllTextAsync(path, "not a directory", TestContext.Current.CancellationToken);
        Assert.Contains(path, await RefusalAsync(path), StringComparison.Ordinal);
        Assert.Equal("not a directory", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_read_only_data_directory_is_refused_new_or_used()
    {
        await using var disk = await SmallDisk.MountAsync(32);
        var used = Path.Combine(disk.Path, "used");
        await using (var hub = await HubProcess.StartAsync(used))
        {
            await hub.PostAsync("/events", new { type = "before.all", payload = 1 });
            Assert.Equal(0, await hub.StopAsync());
        }

        await disk.MakeReadOnlyAsync();
        foreach (var path in (string[])[used, Path.Combine(disk.Path, "new")])
        {
            var line = await RefusalAsync(path);
            Assert.Contains(path, line, StringComparison.Ordinal);
            Assert.Contains("ead-only", line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("head", "is not a SQLite database")]
    [InlineData("schema", "is damaged")]
    [InlineData("half", "is damaged")]
    public async Task A_damaged_database_is_refused_and_left_as_it_is(string damage, string expected)
    {
        using var data = new TemporaryDirectory();
        await using (var hub = await HubProcess.StartAsync(data.Path))
        {
            for (var i = 0; i < 3; i++) await hub.PostAsync("/events/batch", Enumerable.Range(0, 1000).Select(n => new { type = "a.b", payload = n }));
            Assert.Equal(0, await hub.StopAsync());
        }

        var path = Path.Combine(data.Path, "eventhub.db");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        if (damage == "head") bytes.AsSpan(0, 100).Fill(0x5A);
        else if (damage == "schema") bytes.AsSpan(100, 3900).Fill(0x5A);
        else bytes = bytes[..(bytes.Length / 2)];
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var line = await RefusalAsync(data.Path);
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    private static async Task<string> RefusalAsync(string dataDirectory)
    {
        await using var hub = HubProcess.Launch(dataDirectory);
        Assert.Equal(1, await hub.ExitAsync());
        var lines = hub.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 1, $"not one line but {lines.Length}:\n{hub.Error}");
        Assert.StartsWith("eventhub: ", lines[0], StringComparison.Ordinal);
        return lines[0];
    }
}
