using System.Buffers.Binary;
using System.Numerics;
using EventHub.Sqlite.Writing;

namespace EventHub.Sqlite.Reading;

/// <summary>Some of a block's sequences, as a set of their places in it.</summary>
internal sealed class PlaceSet
{
    private const int WordBits = 64;
    private readonly ulong[] _words = new ulong[BlockTable.Size / WordBits];

    public bool IsEmpty => _words.AsSpan().IndexOfAnyExcept(0UL) < 0;

    public void Clear() => Array.Clear(_words);

    public void Add(int place) => _words[place / WordBits] |= 1UL << (place % WordBits);

    /// <summary>Adds the places of a posting, in either of its forms (see the schema).</summary>
    public void AddPosting(ReadOnlySpan<byte> places)
    {
        if (places.Length < BlockTable.Size / 8)
        {
            for (; !places.IsEmpty; places = places[sizeof(ushort)..]) Add(BinaryPrimitives.ReadUInt16LittleEndian(places));
            return;
        }

        for (var i = 0; i < _words.Length; i++) _words[i] |= BinaryPrimitives.ReadUInt64LittleEndian(places[(i * sizeof(ulong))..]);
    }

    /// <summary>Keeps what is in the other one too.</summary>
    public void Intersect(PlaceSet other)
    {
        for (var i = 0; i < _words.Length; i++) _words[i] &= other._words[i];
    }

    /// <summary>Adds the places in order, or in reverse.</summary>
    public void CopyTo(List<int> places, bool isDescending)
    {
        var from = places.Count;
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1) places.Add((i * WordBits) + BitOperations.TrailingZeroCount(word));
        }

        if (isDescending) places.Reverse(from, places.Count - from);
    }
}
