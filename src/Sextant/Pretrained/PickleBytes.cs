using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Sextant.Pretrained;

/// <summary>The arguments of a pickle's opcodes, each held against what is left of the bytes before anything is made of it.</summary>
internal ref struct PickleBytes(ReadOnlySpan<byte> bytes)
{
    /// <summary>A number in words is not longer; neither is the name of a module.</summary>
    private const int LongestLine = 4096;

    /// <summary>Enough for the magic number of the older files.</summary>
    private const int LongestInteger = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> all = bytes;

    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>A length of eight bytes, which is never negative.</summary>
    public long Length64()
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
        return length <= long.MaxValue ? (long)length : throw new PickleFault($"it claims an item of {length} bytes");
    }

    /// <summary>Text of a length that stands before it.</summary>
    public string Text(long length) => Decode(Take(length));

    public byte[] Raw(long length) => Take(length).ToArray();

    /// <summary>A whole number of so many bytes: a long where it fits.</summary>
    public object Integer(long length)
    {
        if (length > LongestInteger)
        {
            throw new PickleFault($"it holds a whole number of {length} bytes, which no size or offset needs");
        }

        var digits = Take(length);
        var value = digits.Length > 0 && (digits[^1] & 0x80) != 0 ? Int128.NegativeOne : Int128.Zero;
        for (int i = digits.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | digits[i];
        }

        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    /// <summary>The rest of a line, without its end.</summary>
    public string Line()
    {
        var rest = all[Position..];
        int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        return end >= 0 ? Decode(Take(end + 1)[..end]) : throw new PickleFault($"a line of it does not end within {LongestLine} bytes");
    }

    /// <summary>A number in digits; "00" and "01" are false and true.</summary>
    public object IntegerLine()
    {
        string line = Line();
        return line switch
        {
            "00" => false,
            "01" => true,
            _ when long.TryParse(line.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) => value,
            _ => throw new PickleFault($"'{line.Shown()}' in it is no number of 64 bits"),
        };
    }

    public double DoubleLine() => Line() is var line && double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw new PickleFault($"'{line.Shown()}' in it is no number");

    /// <summary>A place in the memo, in digits.</summary>
    public uint PlaceLine() => IntegerLine() is long place && place is >= 0 and <= uint.MaxValue
        ? (uint)place
        : throw new PickleFault("it keeps a value at a place that is no number");

    /// <summary>A line of text without escapes, which no state dictionary of the protocols that use them needs.</summary>
    public string PlainLine() => Line() is var line && !line.Contains('\\', StringComparison.Ordinal)
        ? line
        : throw new PickleFault("it holds a text with escapes");

    /// <summary>Text between quotes.</summary>
    public string QuotedLine() => PlainLine() is var line && line.Length >= 2 && line[0] is '\'' or '"' && line[^1] == line[0]
        ? line[1..^1]
        : throw new PickleFault("it holds a text in quotes that do not end");

    private static string Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw new PickleFault("a text in it is not UTF-8");
        }
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > all.Length - Position)
        {
            throw new PickleFault($"it claims {count} bytes where {all.Length - Position} are left");
        }

        var taken = all.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}

/// <summary>A pickle that cannot be read, for a reason in half a sentence; the one who knows the file makes a <see cref="UserError"/> of it.</summary>
internal sealed class PickleFault(string reason) : Exception(reason);

/// <summary>A pickle that names what weights have no need of.</summary>
internal sealed class PickleAsks(string global) : Exception(global);
