using System.Runtime.InteropServices;

namespace Sextant.Pretrained;

/// <summary>
/// A machine for Python's pickle protocols 0 to 5 that can build dictionaries, lists, numbers, texts and tensors, and nothing
/// else. A pickle is a program that may name any function of Python to be called; here a name is looked up in
/// <see cref="TorchGlobals"/>, which is closed, and anything else ends the reading. Nothing recurses, and what can be held at once is bounded.
/// </summary>
/// <param name="load">Gives the storage of a persistent id.</param>
internal sealed class Unpickler(Func<object?[], StorageView> load)
{
    /// <summary>Values made in all, marks open at once: far above any state dictionary's, and few enough for memory.</summary>
    private const int MostValues = 4_000_000, MostMarks = 1_000;

    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];
    private long values;

    /// <summary>Runs one pickle to its end.</summary>
    /// <returns>What it built, and how many bytes it took.</returns>
    /// <exception cref="UserError">It is malformed, or asks for what is not on the list.</exception>
    public static (object? Value, int Bytes) Run(FileBytes file, ReadOnlySpan<byte> pickle, Func<object?[], StorageView> load)
    {
        try
        {
            var bytes = new PickleBytes(pickle);
            object? value = new Unpickler(load).Run(ref bytes);
            return (value, bytes.Position);
        }
        catch (PickleFault fault)
        {
            throw file.Malformed($"its pickle is malformed: {fault.Message}");
        }
        catch (PickleAsks asks)
        {
            throw new UserError($"{file.Path} asks for {asks.Message.Shown()}, which a file of weights has no need of; nothing of it was run: do not trust it, or, if it is your own, save only model.state_dict() or safetensors.");
        }
    }

    private object? Run(ref PickleBytes bytes)
    {
        while (true)
        {
            byte op = bytes.Byte();
            if (op == '.')
            {
                return Pop();
            }

            if (!Literal(op, ref bytes) && !Memo(op, ref bytes) && !Container(op))
            {
                Reference(op, ref bytes);
            }
        }
    }

    /// <summary>Opcodes that push what stands behind them.</summary>
    private bool Literal(byte op, ref PickleBytes bytes)
    {
        switch (op)
        {
            case (byte)'N':
                Push(null);
                break;
            case 0x88 or 0x89:
                Push(op == 0x88);
                break;
            case (byte)'I' or (byte)'L':
                Push(bytes.IntegerLine());
                break;
            case (byte)'J':
                Push((long)bytes.Int32());
                break;
            case (byte)'K':
                Push((long)bytes.Byte());
                break;
            case (byte)'M':
                Push((long)bytes.UInt16());
                break;
            case 0x8a:
                Push(bytes.Integer(bytes.Byte()));
                break;
            case 0x8b:
                Push(bytes.Integer(bytes.UInt32()));
                break;
            case (byte)'F':
                Push(bytes.DoubleLine());
                break;
            case (byte)'G':
                Push(bytes.Double());
                break;
            case (byte)'S':
                Push(bytes.QuotedLine());
                break;
            case (byte)'V':
                Push(bytes.PlainLine());
                break;
            case (byte)'U' or 0x8c:
                Push(bytes.Text(bytes.Byte()));
                break;
            case (byte)'T' or (byte)'X':
                Push(bytes.Text(bytes.UInt32()));
                break;
            case 0x8d:
                Push(bytes.Text(bytes.Length64()));
                break;
            case (byte)'C':
                Push(bytes.Raw(bytes.Byte()));
                break;
            case (byte)'B':
                Push(bytes.Raw(bytes.UInt32()));
                break;
            case 0x8e or 0x96:
                Push(bytes.Raw(bytes.Length64()));
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Opcodes that keep values, fetch them again, and order the stack.</summary>
    private bool Memo(byte op, ref PickleBytes bytes)
    {
        switch (op)
        {
            case 0x80: // PROTO
                byte protocol = bytes.Byte();
                if (protocol > 5)
                {
                    throw new PickleFault($"it is of protocol {protocol}, and 5 is the last");
                }

                break;
            case 0x95: // FRAME: how far a reader may buffer
                bytes.Length64();
                break;
            case (byte)'(':
                if (marks.Count == MostMarks)
                {
                    throw new PickleFault($"it is nested more than {MostMarks} deep");
                }

                marks.Add(stack.Count);
                break;
            case (byte)'0':
                if (marks.Count > 0 && marks[^1] == stack.Count)
                {
                    marks.RemoveAt(marks.Count - 1);
                }
                else
                {
                    Pop();
                }

                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)'2':
                Push(Top());
                break;
            case (byte)'p':
                Keep(bytes.PlaceLine());
                break;
            case (byte)'q':
                Keep(bytes.Byte());
                break;
            case (byte)'r':
                Keep(bytes.UInt32());
                break;
            case 0x94:
                Keep((uint)memo.Count);
                break;
            case (byte)'g':
                Fetch(bytes.PlaceLine());
                break;
            case (byte)'h':
                Fetch(bytes.Byte());
                break;
            case (byte)'j':
                Fetch(bytes.UInt32());
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Opcodes that build tuples, lists, sets and dictionaries.</summary>
    private bool Container(byte op)
    {
        switch (op)
        {
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(PopToMark());
                break;
            case 0x85 or 0x86 or 0x87:
                Push(PopLast(op - 0x84));
                break;
            case (byte)']' or 0x8f:
                Push(new List<object?>());
                break;
            case (byte)'l' or 0x91:
                Push(new List<object?>(PopToMark()));
                break;
            case (byte)'a':
                Append(PopLast(1));
                break;
            case (byte)'e' or 0x90:
                Append(PopToMark());
                break;
            case (byte)'}':
                Push(new PickledDictionary());
                break;
            case (byte)'d':
                object?[] pairs = PopToMark();
                Push(new PickledDictionary());
                Set(pairs);
                break;
            case (byte)'s':
                Set(PopLast(2));
                break;
            case (byte)'u':
                Set(PopToMark());
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Opcodes that name something outside of the pickle, or call it.</summary>
    private void Reference(byte op, ref PickleBytes bytes)
    {
        switch (op)
        {
            case (byte)'c':
                string module = bytes.Line(), called = bytes.Line();
                Push(TorchGlobals.Find(module, called));
                break;
            case 0x93: // STACK_GLOBAL
                Push(PopLast(2) is [string within, string name] ? TorchGlobals.Find(within, name) : throw new PickleFault("it asks for something that has no name"));
                break;
            case (byte)'i': // INST
                string holder = bytes.Line(), type = bytes.Line();
                Push(Call(TorchGlobals.Find(holder, type), PopToMark()));
                break;
            case (byte)'Q': // BINPERSID
                Push(Pop() is object?[] id ? load(id) : throw new PickleFault("it refers to something that is no storage"));
                break;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                Push(PopLast(2) is [PickledGlobal global, object?[] arguments] ? Call(global, arguments) : throw new PickleFault("it calls what cannot be called"));
                break;
            case (byte)'b': // BUILD: attributes of a dictionary, such as the _metadata of a state dictionary
                Pop();
                if (Top() is not PickledDictionary)
                {
                    throw new PickleFault("it sets attributes of something that has none");
                }

                break;
            default:
                throw new PickleFault($"it holds the opcode 0x{op:x2}, which files of weights do not use");
        }
    }

    /// <summary>What a call copies counts too: one short opcode can ask for a copy of all that was kept before.</summary>
    private object? Call(PickledGlobal global, object?[] arguments)
    {
        Count(TorchGlobals.CopiedBy(global, arguments));
        return TorchGlobals.Call(global, arguments);
    }

    private void Push(object? value)
    {
        Count(1);
        stack.Add(value);
    }

    private void Count(long more)
    {
        values += more;
        if (values > MostValues)
        {
            throw new PickleFault($"it makes more than {MostValues} values");
        }
    }

    private void Keep(uint place)
    {
        Count(1);
        memo[place] = Top();
    }

    private void Fetch(uint place) =>
        Push(memo.TryGetValue(place, out object? value) ? value : throw new PickleFault("it fetches a value that it never kept"));

    private object? Top() => stack.Count > Floor() ? stack[^1] : throw new PickleFault("it takes a value from an empty stack");

    private object? Pop()
    {
        object? value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    /// <summary>Below the last mark nothing can be taken.</summary>
    private int Floor() => marks.Count > 0 ? marks[^1] : 0;

    private object?[] PopLast(int count)
    {
        if (stack.Count - Floor() < count)
        {
            throw new PickleFault("it takes a value from an empty stack");
        }

        object?[] last = CollectionsMarshal.AsSpan(stack)[^count..].ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return last;
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw new PickleFault("it goes back to a mark that it never set");
        }

        object?[] items = PopLast(stack.Count - marks[^1]);
        marks.RemoveAt(marks.Count - 1);
        return items;
    }

    private void Append(object?[] items)
    {
        if (Top() is not List<object?> list)
        {
            throw new PickleFault("it adds to something that is no list");
        }

        list.AddRange(items);
    }

    private void Set(object?[] pairs)
    {
        if (Top() is not PickledDictionary dictionary || pairs.Length % 2 != 0)
        {
            throw new PickleFault("it sets a key of something that is no dictionary");
        }

        for (int i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Entries.Add((pairs[i], pairs[i + 1]));
        }
    }
}
