using System.Buffers.Binary;
using System.Text;

namespace Sextant.Tests.Pretrained;

/// <summary>Something that a pickle names: module and name.</summary>
internal sealed record Named(string Module, string Name);

/// <summary>A call in a pickle.</summary>
internal sealed record Called(object Callable, params object?[] Arguments);

/// <summary>A persistent id: what torch writes for a storage.</summary>
internal sealed record Stored(params object?[] Id);

/// <summary>A dictionary in a pickle; Python's own or collections.OrderedDict, which torch gives the attribute _metadata.</summary>
internal sealed record Pairs(bool IsOrdered, params (object? Key, object? Value)[] Entries);

/// <summary>Writes pickles as torch.save does, in protocol 2 or 4, and any other value that a test needs.</summary>
internal sealed class PickleWriter(int protocol)
{
    private readonly List<byte> bytes = [];

    public static byte[] Of(object? value, int protocol = 2)
    {
        var writer = new PickleWriter(protocol);
        writer.Op(0x80).Op((byte)protocol);
        if (protocol >= 4)
        {
            writer.Op(0x95).Raw(new byte[8]); // a frame, whose length no reader needs
        }

        writer.Value(value);
        writer.Op('.');
        return [.. writer.bytes];
    }

    private PickleWriter Op(int op)
    {
        bytes.Add((byte)op);
        return this;
    }

    private void Raw(ReadOnlySpan<byte> raw) => bytes.AddRange(raw);

    private void Value(object? value)
    {
        switch (value)
        {
            case null:
                Op('N');
                break;
            case bool truth:
                Op(truth ? 0x88 : 0x89);
                break;
            case int number:
                Number(number);
                break;
            case long number:
                Number(number);
                break;
            case Int128 number: // the magic number of the older files, ten bytes
                Op(0x8a).Op(10);
                for (int i = 0; i < 10; i++)
                {
                    Op((byte)(number >> (8 * i)));
                }

                break;
            case double number:
                Op('G');
                Span<byte> eight = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(eight, number);
                Raw(eight);
                break;
            case string text:
                Text(text);
                break;
            case Named named:
                Global(named);
                break;
            case Called called:
                Value(called.Callable);
                Tuple(called.Arguments);
                Op('R');
                break;
            case Stored stored:
                Tuple(stored.Id);
                Op('Q');
                break;
            case Pairs pairs:
                Dictionary(pairs);
                break;
            case long[] numbers:
                Tuple([.. numbers]);
                break;
            case object?[] tuple:
                Tuple(tuple);
                break;
            case List<object?> list:
                Op(']').Op('(');
                list.ForEach(Value);
                Op('e');
                break;
            default:
                throw new ArgumentException($"no {value.GetType()} in a pickle of a test");
        }
    }

    private void Number(long number)
    {
        Span<byte> eight = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, number);
        if (number is >= 0 and <= byte.MaxValue)
        {
            Op('K').Raw(eight[..1]);
        }
        else if (number is >= 0 and <= ushort.MaxValue)
        {
            Op('M').Raw(eight[..2]);
        }
        else if (number is >= int.MinValue and <= int.MaxValue)
        {
            Op('J').Raw(eight[..4]);
        }
        else
        {
            Op(0x8a).Op(8).Raw(eight);
        }
    }

    private void Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if (protocol >= 4)
        {
            Op(0x8c).Op(utf8.Length).Raw(utf8);
            Op(0x94);
            return;
        }

        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, utf8.Length);
        Op('X').Raw(four);
        Raw(utf8);
        Op('q').Op(0);
    }

    private void Global(Named named)
    {
        if (protocol >= 4)
        {
            Text(named.Module);
            Text(named.Name);
            Op(0x93);
        }
        else
        {
            Op('c').Raw(Encoding.UTF8.GetBytes($"{named.Module}\n{named.Name}\n"));
        }
    }

    private void Tuple(object?[] items)
    {
        Op('(');
        foreach (object? item in items)
        {
            Value(item);
        }

        Op('t');
    }

    private void Dictionary(Pairs pairs)
    {
        if (pairs.IsOrdered)
        {
            Value(new Called(new Named("collections", "OrderedDict")));
        }
        else
        {
            Op('}');
        }

        Op('(');
        foreach (var (key, value) in pairs.Entries)
        {
            Value(key);
            Value(value);
        }

        Op('u');
        if (pairs.IsOrdered)
        {
            Op('}').Op('(');
            Value("_metadata");
            Value(new Pairs(false, ("", new Pairs(false, ("version", 1)))));
            Op('u').Op('b');
        }
    }
}
