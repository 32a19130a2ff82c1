using System.Buffers.Text;
using System.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>Finds the sending times of the events in a stream of bytes that comes in pieces, which may end anywhere.</summary>
internal sealed class SentAtScanner
{
    private const int Digits = 19;
    private static readonly byte[] s_key = Encoding.ASCII.GetBytes("\"sent_at\":\"");
    private static readonly int s_length = s_key.Length + Digits;
    private readonly byte[] _kept = new byte[s_length - 1];
    private int _keptCount;

    /// <summary>Takes the next piece; tells every event whose time it completes, with that time (0 for none).</summary>
    public void Scan(ReadOnlySpan<byte> piece, Action<long> found)
    {
        if (_keptCount > 0)
        {
            Span<byte> seam = stackalloc byte[2 * s_length];
            _kept.AsSpan(0, _keptCount).CopyTo(seam);
            var taken = Math.Min(piece.Length, s_length - 1);
            piece[..taken].CopyTo(seam[_keptCount..]);
            seam = seam[..(_keptCount + taken)];
            var at = seam.IndexOf(s_key);
            if (at >= 0 && at < _keptCount && at + s_length <= seam.Length)
            {
                found(TimeAt(seam, at));
                piece = piece[(at + s_length - _keptCount)..];
                _keptCount = 0;
            }
            else if (piece.Length < s_length - 1)
            {
                Keep(seam);
                return;
            }
        }

        while (piece.IndexOf(s_key) is >= 0 and var at && at + s_length <= piece.Length)
        {
            found(TimeAt(piece, at));
            piece = piece[(at + s_length)..];
        }

        Keep(piece);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        rest = rest[Math.Max(0, rest.Length - _kept.Length)..];
        rest.CopyTo(_kept);
        _keptCount = rest.Length;
    }

    private static long TimeAt(ReadOnlySpan<byte> bytes, int key) => Utf8Parser.TryParse(bytes.Slice(key + s_key.Length, Digits), out long time, out _) ? time : 0;
}
