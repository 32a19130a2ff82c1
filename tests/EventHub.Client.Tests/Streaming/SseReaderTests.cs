using System.Text;
using EventHub.Client.Streaming;

namespace EventHub.Client.Tests.Streaming;

public sealed class SseReaderTests
{
    private const string Text = ": hello\n\nretry: 1500\n\ndata: {\"type\":\"connected\"}\n\nid: e:4\n\nid: e:5\ndata: {\"a\":\"😀\"}\r\n\r\nevent: x\nid:e:6\ndata:1\ndata: 2\n\nretry: x\n\n";

    [Fact]
    public async Task Blocks_are_the_same_however_the_bytes_arrive()
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var blocks = await ReadAllAsync(new Chunks(bytes, size));
            Assert.Equal([null, null, "e:4", "e:5", "e:6", null], blocks.Select(b => b.Id));
            Assert.Equal(["", "{\"type\":\"connected\"}", "", "{\"a\":\"😀\"}", "1\n2", ""], blocks.Select(b => Encoding.UTF8.GetString(b.Data.Span)));
            Assert.Equal([TimeSpan.FromSeconds(1.5), null, null, null, null, null], blocks.Select(b => b.Retry));
        }
    }

    [Fact]
    public async Task A_block_that_is_cut_counts_for_nothing_wherever_it_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes("id: e:4\n\nid: e:5\ndata: {\"a\":1}\n\n");
        for (var length = 9; length < bytes.Length; length++)
            Assert.Equal("e:4", Assert.Single(await ReadAllAsync(new MemoryStream(bytes, 0, length))).Id);
        Assert.Equal(2, (await ReadAllAsync(new MemoryStream(bytes))).Count);
    }

    [Fact]
    public async Task A_line_may_be_longer_than_any_buffer()
    {
        var data = new string('x', 3_000_000);
        var block = Assert.Single(await ReadAllAsync(new MemoryStream(Encoding.UTF8.GetBytes($"id: e:1\ndata: {data}\n\n"))));
        Assert.Equal(data, Encoding.UTF8.GetString(block.Data.Span));
    }

    private static async Task<List<SseBlock>> ReadAllAsync(Stream stream)
    {
        var (reader, blocks) = (new SseReader(stream), new List<SseBlock>());
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } block) blocks.Add(block);
        return blocks;
    }

    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
